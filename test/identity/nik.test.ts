import t from 'tap';
import { doubtsAboutNik, maskedNik } from '../../src/identity/nik.ts';

t.test('a number that says a region, a day and a serial leaves no doubt, of men and women', (t) => {
  for (const nik of ['7324010101900001', '7324014101900001', '7324012902000001', '9671017112850003'])
    t.same(doubtsAboutNik(nik), [], nik.slice(0, 6));
  t.end();
});

t.test('what looks unlikely is named', (t) => {
  t.same(doubtsAboutNik('8999000000000001'), ['region', 'birth-date'], 'as in test data');
  t.same(doubtsAboutNik('0124010101900001'), ['region']);
  t.same(doubtsAboutNik('7324013113900001'), ['birth-date'], 'month 13');
  t.same(doubtsAboutNik('7324013004900001'), [], '30 April');
  t.same(doubtsAboutNik('7324013104900001'), ['birth-date'], '31 April');
  t.same(doubtsAboutNik('7324017204900001'), ['birth-date'], 'day 32 of a woman');
  t.same(doubtsAboutNik('7324010101900000'), ['serial']);
  t.end();
});

t.test('people see the first six digits and the last two', (t) => {
  t.equal(maskedNik('7324010101900001'), '732401********01');
  t.end();
});
