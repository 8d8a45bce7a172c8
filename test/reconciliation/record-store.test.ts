import fc from 'fast-check';
import { RecordStore } from '../../reconciliation/record-store';

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const record = fc.record(
  { id: fc.string(), amount: value, 'Số thuê bao': value, nested: fc.record({ rule: value }) },
  { requiredKeys: ['id'] },
);

describe('records held as bytes', () => {
  it('come out as they went in, whatever is in them and however many there are', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 50 }), (records) => {
        const store = new RecordStore<object>();
        const positions = records.map((one) => store.add(one));
        expect(positions.map((at) => store.at(at))).toEqual(records);
      }),
    );
  });

  it('come out the same from the second page of a megabyte and beyond', () => {
    const store = new RecordStore<{ at: number; text: string }>();
    const records = Array.from({ length: 30 }, (_, at) => ({ at, text: 'ơ'.repeat(50_000 + at) }));
    const positions = records.map((one) => store.add(one));
    expect(positions.map((at) => store.at(at))).toEqual(records);
  });

  it('refuse one that is larger than a page, and a position that none was given', () => {
    const store = new RecordStore<{ text: string }>();
    expect(() => store.add({ text: 'x'.repeat(1024 * 1024) })).toThrow('larger than a page');
    const [position] = [new RecordStore<{ text: string }>().add({ text: 'elsewhere' })];
    expect(() => store.at(position)).toThrow('there is no record');
  });
});
