// The wording rules, held against every text that people may see.

import t from 'tap';
import { VERDICT_TEXTS, type VerdictTextKey } from '../../src/report/catalogue.ts';
import { CHANGE_TEXTS } from '../../src/report/change-texts.ts';
import { CERTIFIED_LINE, FOOTER, KIND_TEXTS, UNSTATED } from '../../src/report/label-texts.ts';
import type { Text } from '../../src/report/language.ts';
import { ENCRYPTED_ADVICE, PROBLEM_TEXTS } from '../../src/report/problem-texts.ts';
import { ANSWER_TEXTS, QUESTION_TEXTS } from '../../src/report/questions.ts';
import { REASON_TEXTS } from '../../src/report/reason-texts.ts';
import { placesOf } from '../../src/report/template.ts';
import { classOf, REASON_CODES, VERDICTS, type Verdict } from '../../src/verify/report.ts';

const LANGUAGES = ['id', 'en'] as const;
const VERDICT_KEYS = Object.keys(VERDICT_TEXTS) as VerdictTextKey[];

const verdictTexts = VERDICT_KEYS.flatMap((key) => Object.values(VERDICT_TEXTS[key]) as Text[]);
const allTexts: readonly Text[] = [
  ...verdictTexts,
  ...Object.values(REASON_TEXTS),
  ...Object.values(CHANGE_TEXTS),
  ...Object.values(PROBLEM_TEXTS),
  ...Object.values(KIND_TEXTS),
  ...Object.values(FOOTER),
  ...Object.values(UNSTATED),
  ...Object.values(ANSWER_TEXTS),
  ...Object.values(QUESTION_TEXTS),
  CERTIFIED_LINE,
  ENCRYPTED_ADVICE,
];

/** A text with each place as one word, in sentences. */
function sentencesOf(text: string): readonly string[] {
  return text
    .replaceAll('**', '')
    .replace(/\{\w+\}/g, 'X')
    .split(/[.!?]\s+|\.$/)
    .filter((sentence) => sentence !== '');
}

function wordsOf(sentence: string): readonly string[] {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

t.test('no text is missing in either language', async (t) => {
  for (const text of allTexts) for (const language of LANGUAGES) t.not(text[language].trim(), '', text.en);
  t.strictSame(
    VERDICTS.filter((verdict) => !(verdict in VERDICT_TEXTS)),
    [],
  );
  t.strictSame(
    REASON_CODES.filter((code) => !(code in REASON_TEXTS)),
    [],
  );
});

t.test('both languages of a text have the same places to fill', async (t) => {
  for (const text of allTexts)
    t.strictSame(placesOf(text.id).toSorted(), placesOf(text.en).toSorted(), text.en);
});

t.test('no sentence has more than 20 words, a place counted as one', async (t) => {
  const long = allTexts.flatMap((text) =>
    LANGUAGES.flatMap((language) =>
      sentencesOf(text[language]).filter((sentence) => wordsOf(sentence).length > 20),
    ),
  );
  t.strictSame(long, []);
  t.equal(wordsOf(sentencesOf(`${'kata '.repeat(21)}.`)[0] ?? '').length, 21, 'the count counts');
});

t.test('the first screen speaks neither of hashes nor of CMS or OCSP', async (t) => {
  for (const text of verdictTexts)
    for (const language of LANGUAGES) t.notMatch(text[language], /\b(hash|CMS|OCSP)\b/i);
});

t.test('"valid" stands only where a document is accepted, or as a proven negative', async (t) => {
  const notAccepted = VERDICT_KEYS.filter((key) => {
    if (key === 'VALID_SEVERAL') return false;
    if (key === 'UNKNOWN_REVOCATION_GONE' || key === 'MIXED') return true;
    return classOf(key) !== 'accept';
  });
  for (const key of notAccepted) {
    for (const text of Object.values(VERDICT_TEXTS[key]) as Text[]) {
      for (const language of LANGUAGES) {
        const plain = text[language].replaceAll('**', '').replace(/\b(tidak|not) valid\b/gi, '');
        t.notMatch(plain, /\bvalid\b/i, `${key} ${language}`);
      }
    }
  }
});

t.test('what cannot be told is not said in the words of a forgery, nor the other way round', async (t) => {
  const unsure = VERDICTS.filter((verdict) => verdict !== 'MIXED' && classOf(verdict) === 'unsure');
  for (const key of [...unsure, 'UNKNOWN_REVOCATION_GONE'] as const) {
    for (const text of Object.values(VERDICT_TEXTS[key]) as Text[]) {
      t.notMatch(text.id, /palsu|tidak valid|diubah|rusak/i, key);
      t.notMatch(text.en, /forge|fake|not valid|was changed|broken/i, key);
    }
  }
  const proven: readonly Verdict[] = [
    'MODIFIED',
    'INVALID',
    'REVOKED',
    'EXPIRED_AT_SIGNING',
    'NOT_YET_VALID',
  ];
  for (const key of proven) {
    for (const text of Object.values(VERDICT_TEXTS[key as VerdictTextKey]) as Text[]) {
      t.notMatch(text.id, /belum dapat dipastikan|tidak dapat dipastikan/i, key);
      t.notMatch(text.en, /could not be|cannot tell/i, key);
    }
  }
});

t.test('no two verdicts share a title or an explanation', async (t) => {
  for (const part of ['title', 'sentence'] as const) {
    for (const language of LANGUAGES) {
      const texts = VERDICT_KEYS.map((key) => VERDICT_TEXTS[key][part][language]);
      t.equal(new Set(texts).size, texts.length, `${part} ${language}`);
    }
  }
});

t.test('the spelling of the law is kept, and nothing is promised that a judge decides', async (t) => {
  for (const text of allTexts) {
    t.notMatch(text.id, /penandatangan\b/i);
    t.notMatch(text.id, /sah secara hukum/i);
    t.notMatch(text.en, /legally valid/i);
    t.notMatch(text.id + text.en, /\bNIK\b/);
  }
});
