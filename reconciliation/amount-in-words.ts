const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const;
const THOUSANDS = ['', 'nghìn', 'triệu'] as const;
const BILLION = 1_000_000_000;

/**
 * An amount of đồng in Vietnamese words, as contracts and receipts write it: every empty hundred behind a figure is said
 * (`một nghìn không trăm lẻ năm`), so that nothing can be added.
 * @param amount a whole number; below zero it begins with `âm`
 */
export function amountInVietnamese(amount: number): string {
  const words =
    amount === 0 ? 'không' : `${amount < 0 ? 'âm ' : ''}${numberInWords(Math.abs(amount), false)}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} đồng`;
}

/** @param full whether something stands before it, so that its empty hundreds are said */
function numberInWords(amount: number, full: boolean): string {
  if (amount >= BILLION) {
    const rest = amount % BILLION;
    const billions = `${numberInWords(Math.floor(amount / BILLION), full)} tỷ`;
    return rest === 0 ? billions : `${billions} ${numberInWords(rest, true)}`;
  }
  const words: string[] = [];
  for (const power of [2, 1, 0] as const) {
    const group = Math.floor(amount / 1000 ** power) % 1000;
    if (group === 0) continue;
    words.push(groupInWords(group, full || words.length > 0), THOUSANDS[power]);
  }
  return words.filter((word) => word !== '').join(' ');
}

function groupInWords(group: number, full: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10];
  const words: string[] = [];
  const hundredsSaid = hundreds > 0 || full;
  if (hundredsSaid) words.push(digit(hundreds), 'trăm');
  if (tens > 1) words.push(digit(tens), 'mươi');
  if (tens === 1) words.push('mười');
  if (tens === 0 && ones > 0 && hundredsSaid) words.push('lẻ');
  if (ones > 0) words.push(oneAfter(tens, ones));
  return words.join(' ');
}

/** One, four and five change behind tens: hai mươi mốt, hai mươi tư, mười lăm. */
function oneAfter(tens: number, ones: number): string {
  if (ones === 1 && tens > 1) return 'mốt';
  if (ones === 4 && tens > 1) return 'tư';
  if (ones === 5 && tens > 0) return 'lăm';
  return digit(ones);
}

function digit(value: number): string {
  return DIGITS[value] ?? '';
}
