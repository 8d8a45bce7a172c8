import { language, speak } from './words.js';

/** What the head of every page says. */
const HEAD_WORDS = {
  vi: { skip: 'Đến nội dung chính', demoMark: 'Bản demo – không thu tiền thật' },
  en: { skip: 'Skip to the content', demoMark: 'Demo – no real money' },
};

/** Shows a page's own words and those of its head in the chosen language. */
export function showWords(words) {
  const said = { ...HEAD_WORDS[language()], ...words };
  document.documentElement.lang = language();
  document.title = said.pageTitle;
  for (const place of document.querySelectorAll('[data-words]'))
    place.textContent = said[place.dataset.words];
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language()));
}

/** Calls back whenever the visitor has chosen a language. */
export function onLanguage(show) {
  document.querySelector('.languages').addEventListener('click', ({ target }) => {
    if (!target.dataset.language) return;
    speak(target.dataset.language);
    show();
  });
}
