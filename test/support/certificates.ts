import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key as PEM. */
export interface CertificatePair {
  certificate: string;
  key: string;
}

/** An authority of a test's own, which signs certificates for loopback. */
export interface Authority extends CertificatePair {
  issue(name: string, validity?: Validity): CertificatePair;
}

interface Validity {
  from: Date;
  to: Date;
}

const HOUR = 3_600_000;
const today = (): Validity => ({ from: new Date(Date.now() - HOUR), to: new Date(Date.now() + HOUR) });

/** Makes an authority, without OpenSSL's command, which is not everywhere: an X.509 certificate is a few nested lists. */
export function certificateAuthority(name: string): Authority {
  const keys = newKeys();
  const self: Request = {
    name,
    issuer: name,
    publicKey: keys.publicKey,
    isAuthority: true,
    validity: today(),
  };
  return {
    certificate: certificate(self, keys.privateKey),
    key: pemOf(keys.privateKey),
    issue(subject, validity = today()) {
      const own = newKeys();
      const request = { name: subject, issuer: name, publicKey: own.publicKey, isAuthority: false, validity };
      return { certificate: certificate(request, keys.privateKey), key: pemOf(own.privateKey) };
    },
  };
}

interface Request {
  name: string;
  issuer: string;
  publicKey: KeyObject;
  isAuthority: boolean;
  validity: Validity;
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** RFC 5280, 4.1. */
function certificate(request: Request, signer: KeyObject): string {
  const ecdsaWithSha256 = list(objectId('2a8648ce3d040302'));
  const toSign = list(
    tagged(0xa0, element(0x02, Buffer.from([2]))), // version 3
    element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(request.issuer),
    list(time(request.validity.from), time(request.validity.to)),
    nameOf(request.name),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, list(constraints(request.isAuthority), loopbackNames())),
  );
  const signature = sign('sha256', toSign, signer);
  const der = list(toSign, ecdsaWithSha256, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = (der.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** The extension `basicConstraints`, critical. */
function constraints(isAuthority: boolean): Buffer {
  const yes = element(0x01, Buffer.from([0xff]));
  return list(objectId('551d13'), yes, element(0x04, isAuthority ? list(yes) : list()));
}

/** The extension `subjectAltName`: localhost and 127.0.0.1. */
function loopbackNames(): Buffer {
  const names = list(element(0x82, Buffer.from('localhost')), element(0x87, Buffer.from([127, 0, 0, 1])));
  return list(objectId('551d11'), element(0x04, names));
}

function nameOf(commonName: string): Buffer {
  return list(element(0x31, list(objectId('550403'), element(0x0c, Buffer.from(commonName)))));
}

function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/\D/g, '').slice(0, 14);
  return element(0x18, Buffer.from(`${digits}Z`));
}

const objectId = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const list = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
const tagged = (tag: number, content: Buffer): Buffer => element(tag, content);

/** One element of ASN.1's distinguished encoding: tag, length, content. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}
