// SPDX-License-Identifier: Apache-2.0
import { type CertificateExtensions, extendedKeyUsages, hostName, type NameInput } from '@signet/pkix';

/** Where the certificates say that their revocation and their issuers can be asked for. All `http:` (RFC 5280 §8). */
export interface DemoPkiUrls {
  /** The OCSP responder of the issuing CA. */
  readonly ocsp: string;
  /** Folder of the revocation lists, without a slash at its end. */
  readonly crl: string;
  /** Folder of the CA certificates, without a slash at its end. */
  readonly aia: string;
}

/** The URLs under which `startDemoQtsp` serves them. */
export function demoPkiUrls(base: string): DemoPkiUrls {
  return { ocsp: `${base}/ocsp`, crl: `${base}/crl`, aia: `${base}/aia` };
}

/** What distinguishes one kind of certificate from another. */
export interface CertificateProfile {
  readonly subject: NameInput;
  readonly days: number;
  readonly extensions: CertificateExtensions;
}

/**
 * Policies of the demo, in the arc that ITU-T X.660 keeps for examples: nobody can take its certificates and tokens for
 * ones of a trust service.
 */
export const demoPolicies = { seal: '2.999.1.1', timeStamp: '2.999.1.2' } as const;

const organization = 'Signet Demo';
/** EN 319 412-1 §5.1.4: national trade register. XX is a country code that ISO 3166-1 leaves to users. */
const organizationIdentifier = 'NTRXX-00000000';

const subject = (commonName: string): NameInput => [
  ['C', 'XX'],
  ['O', organization],
  ['CN', commonName],
];

/** The trust anchor. */
export function rootProfile(): CertificateProfile {
  return {
    subject: subject('Signet Demo Root CA (TEST)'),
    days: 3650,
    extensions: { basicConstraints: { ca: true }, keyUsage: ['keyCertSign', 'cRLSign'] },
  };
}

/** The CA below it, which issues everything else. */
export function issuingProfile(urls: DemoPkiUrls): CertificateProfile {
  return {
    subject: subject('Signet Demo Issuing CA (TEST)'),
    days: 1825,
    extensions: {
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
      certificatePolicies: ['2.5.29.32.0'],
      caIssuersUrls: [`${urls.aia}/root.cer`],
      crlUrls: [`${urls.crl}/root.crl`],
    },
  };
}

/** A certificate for electronic seals, with the statements of a qualified one (EN 319 412-3, EN 319 412-5). */
export function sealProfile(name: string, urls: DemoPkiUrls, sscd: boolean): CertificateProfile {
  return {
    subject: [
      ['C', 'XX'],
      ['O', organization],
      ['organizationIdentifier', organizationIdentifier],
      ['CN', `Signet Demo Seal ${name.replace(/^seal-/, '')} (TEST)`],
    ],
    days: 730,
    extensions: {
      ...revocationPointers(urls),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      certificatePolicies: [demoPolicies.seal],
      qcStatements: {
        compliance: true,
        sscd,
        types: ['eseal'],
        pds: [{ url: 'https://signet.example/pds-en.pdf', language: 'en' }],
      },
    },
  };
}

/** A time-stamping unit (RFC 3161 §2.3: this purpose alone, critical). */
export function timeStampProfile(urls: DemoPkiUrls): CertificateProfile {
  return {
    subject: subject('Signet Demo Time-Stamping (TEST)'),
    days: 1095,
    extensions: {
      ...revocationPointers(urls),
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.timeStamping], critical: true },
    },
  };
}

/** The OCSP responder of the issuing CA (RFC 6960 §4.2.2.2). */
export function ocspProfile(urls: DemoPkiUrls): CertificateProfile {
  return {
    subject: subject('Signet Demo OCSP (TEST)'),
    days: 365,
    extensions: {
      caIssuersUrls: [`${urls.aia}/issuing.cer`],
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.ocspSigning] },
      ocspNoCheck: true,
    },
  };
}

/** A TLS server under these names: DNS names, or addresses as text. */
export function tlsServerProfile(names: readonly string[], urls: DemoPkiUrls): CertificateProfile {
  return {
    subject: subject(`${names[0] ?? 'localhost'} (TEST)`),
    days: 365,
    extensions: {
      ...revocationPointers(urls),
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.serverAuth] },
      subjectAltName: names.map(hostName),
    },
  };
}

/** A TLS client. */
export function tlsClientProfile(name: string, urls: DemoPkiUrls): CertificateProfile {
  return {
    subject: subject(`${name} (TEST)`),
    days: 365,
    extensions: {
      ...revocationPointers(urls),
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.clientAuth] },
    },
  };
}

function revocationPointers(urls: DemoPkiUrls): CertificateExtensions {
  return {
    ocspUrls: [urls.ocsp],
    caIssuersUrls: [`${urls.aia}/issuing.cer`],
    crlUrls: [`${urls.crl}/issuing.crl`],
  };
}
