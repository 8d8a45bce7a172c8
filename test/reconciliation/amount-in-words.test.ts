import { amountInVietnamese } from '../../reconciliation/amount-in-words';

describe('an amount in Vietnamese words', () => {
  it.each([
    [0, 'Không đồng'],
    [5, 'Năm đồng'],
    [10, 'Mười đồng'],
    [15, 'Mười lăm đồng'],
    [21, 'Hai mươi mốt đồng'],
    [24, 'Hai mươi tư đồng'],
    [11, 'Mười một đồng'],
    [14, 'Mười bốn đồng'],
    [55, 'Năm mươi lăm đồng'],
    [101, 'Một trăm lẻ một đồng'],
    [104, 'Một trăm lẻ bốn đồng'],
    [115, 'Một trăm mười lăm đồng'],
    [1_000, 'Một nghìn đồng'],
    [1_005, 'Một nghìn không trăm lẻ năm đồng'],
    [1_015, 'Một nghìn không trăm mười lăm đồng'],
    [84_150, 'Tám mươi tư nghìn một trăm năm mươi đồng'],
    [90_000, 'Chín mươi nghìn đồng'],
    [1_000_005, 'Một triệu không trăm lẻ năm đồng'],
    [1_001_000, 'Một triệu không trăm lẻ một nghìn đồng'],
    [1_000_000_000, 'Một tỷ đồng'],
    [1_000_000_001, 'Một tỷ không trăm lẻ một đồng'],
    [1_005_000_021, 'Một tỷ không trăm lẻ năm triệu không trăm hai mươi mốt đồng'],
    [12_000_000_000, 'Mười hai tỷ đồng'],
    [1_000_000_000_000, 'Một nghìn tỷ đồng'],
    [1_000_005_000_000_000, 'Một triệu không trăm lẻ năm tỷ đồng'],
    [-21, 'Âm hai mươi mốt đồng'],
  ])('%d is %s', (amount, words) => {
    expect(amountInVietnamese(amount)).toBe(words);
  });
});
