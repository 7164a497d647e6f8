// The two languages that Teken speaks.

export type Language = 'id' | 'en';

/** The same words in both languages. */
export type Text = Readonly<Record<Language, string>>;
