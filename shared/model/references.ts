/** The name that stands for a directory or networks that nobody has published yet. */
export const NOTHING = 'nothing';
