/** A Vietnamese mobile number in any usual spelling but for its last three digits, which may stay. */
const PHONE_NUMBER = /(?<!\d)\+?(?:84|0)[\s._~-]*[35789](?:[\s._~-]*\d){5}(?=(?:[\s._~-]*\d){3}(?!\d))/g;
/** A string in JSON: only there is a number personal, and only there may it be replaced. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/** The text with every telephone number in it masked but for its last digits. */
export function withoutNumbers(text: string): string {
  return text.replace(PHONE_NUMBER, '****');
}

/** A line of JSON with every telephone number in its texts masked; its own numbers, such as durations, stay. */
export function lineWithoutNumbers(line: string): string {
  return withoutNumbers(line) === line ? line : line.replace(JSON_STRING, withoutNumbers);
}
