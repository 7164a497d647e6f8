// What the change of one form field came to.

/** A code where it is not explained; no kind where nothing of it can be seen. */
export interface Filling {
  readonly code: string | null;
  readonly kind: 'field-filled' | 'field-appearance-changed' | null;
  /** Whether the fonts do not tell which text the new appearance draws. */
  readonly unreadable: boolean;
}

export function refused(code: string, kind: NonNullable<Filling['kind']> = 'field-filled'): Filling {
  return { code, kind, unreadable: false };
}

export function filled(unreadable = false): Filling {
  return { code: null, kind: 'field-filled', unreadable };
}

/** Touched, and looking and saying the same as before. */
export const UNCHANGED: Filling = { code: null, kind: null, unreadable: false };
