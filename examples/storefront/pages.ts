import { readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, 'pages');

/** The pages of the shop: each has a title, a script and a part of its own, and all have one head. */
const PAGES = {
  shop: { title: 'Gói data MobiFone – cửa hàng demo', script: 'app.js' },
  list: { title: 'Mua cho danh sách số – cửa hàng demo', script: 'list-page.js' },
} as const;

/** A page as it is sent. */
export function shopPage(name: keyof typeof PAGES): string {
  const { title, script } = PAGES[name];
  const parts: Record<string, string> = { title, script, main: read(name).trimEnd() };
  return read('layout').replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? '');
}

function read(name: string): string {
  return readFileSync(path.join(FOLDER, `${name}.html`), 'utf8');
}
