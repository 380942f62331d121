import { describe, expect, it } from 'vitest';
import { loadAddressTable } from '../../shared/stores/address-table.ts';
import { packagedAddressFile } from '../../shared/stores/packaged-address-file.ts';

describe('loading an address table', () => {
  it('takes the packaged one', () => {
    const table = loadAddressTable(packagedAddressFile());
    expect([table('36.110.4.7'), table('36.110.4.7'), table('10.0.0.1')]).toEqual(['CN', 'CN', undefined]);
  });

  it('names the file that it cannot read', () => {
    expect(() => loadAddressTable('no/such.mmdb')).toThrow('cannot load the address table no/such.mmdb');
  });

  it('names the file that is no address table', () => {
    expect(() => loadAddressTable('package.json')).toThrow('cannot load the address table package.json');
  });
});
