import { escapeHtml } from './escape-html.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageParts {
  /** Plain text. */
  readonly title: string;
  /** On top of the style of every page. @default none */
  readonly style?: string;
  /** HTML, escaped already. */
  readonly body: string;
}

/**
 * A page of its own: no network, no script, readable in light and dark and on paper. Its policy forbids everything but its own style,
 * should a name ever get past the escaping.
 */
export const renderPage = ({ title, style = '', body }: PageParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
