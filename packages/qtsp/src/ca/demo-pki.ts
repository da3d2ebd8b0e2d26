// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Clock, ioError, SignetError } from '@signet/base';
import {
  buildCertificate,
  buildName,
  buildRevocationList,
  type Certificate,
  type CertificateStatus,
  keySigner,
  type RevocationReason,
  randomSerialNumber,
  writePkcs12,
} from '@signet/pkix';
import {
  type CertificateProfile,
  type DemoPkiUrls,
  issuingProfile,
  ocspProfile,
  rootProfile,
  sealProfile,
  timeStampProfile,
  tlsClientProfile,
  tlsServerProfile,
} from './certificate-profiles.ts';
import {
  credentialFiles,
  type DemoCredential,
  readCredential,
  readFile,
  writeCredential,
  writeSecret,
} from './credential.ts';
import { generateKey, type KeyFamily } from './key-family.ts';
import { type Register, readRegister, replaceFile, writeRegister } from './register.ts';

/** How a demo PKI is made. */
export interface DemoPkiOptions {
  /** Where its files lie. It must not exist, or be empty. */
  readonly directory: string;
  /** What the certificates point to; see `demoPkiUrls`. */
  readonly urls: DemoPkiUrls;
  readonly clock: Clock;
  /** Kinds of keys for which there is a seal certificate, each named `seal-FAMILY`; default p256 alone. */
  readonly families?: readonly KeyFamily[];
  /** Whether the seal certificates say that their key lies in a qualified device (QcSSCD); default false: it does not. */
  readonly sscd?: boolean;
}

/** The names that every demo PKI has, beside its `seal-FAMILY`. */
export type DemoCredentialName = 'root' | 'issuing' | 'tsa' | 'ocsp' | 'tls-server' | 'tls-client';

type IssuerName = 'root' | 'issuing';

const hour = 3_600_000;
const day = 24 * hour;
/** Certificates begin a little earlier than they are made, so that a clock that is behind accepts them too. */
const backdating = hour;

/**
 * The demo's public key infrastructure in a directory: root CA, issuing CA, certificates for seals, time-stamps, OCSP and
 * TLS, revocation lists. For trying and testing only: its keys lie unencrypted in files. One process at a time issues and
 * revokes.
 */
export class DemoPki {
  readonly directory: string;
  #register: Register;
  readonly #credentials = new Map<string, DemoCredential>();

  private constructor(directory: string, register: Register) {
    this.directory = directory;
    this.#register = register;
  }

  /**
   * Makes a new PKI. It appears in its directory whole or not at all.
   *
   * @throws SignetError `config.exists` if there is something already; `general.io`
   */
  static async create(options: DemoPkiOptions): Promise<DemoPki> {
    const directory = resolve(options.directory);
    const making = `${directory}.${randomBytes(4).toString('hex')}.new`;
    try {
      mkdirSync(dirname(directory), { recursive: true });
      mkdirSync(making, { mode: 0o755 });
    } catch (error) {
      throw ioError(making, error);
    }
    try {
      await new DemoPki(making, emptyRegister(options.urls)).#issueAll(options);
      moveInPlace(making, directory);
    } catch (error) {
      rmSync(making, { recursive: true, force: true });
      throw error;
    }
    return DemoPki.open(directory);
  }

  /** Opens a PKI that was made before. @throws SignetError `config.unreadable` if there is none */
  static open(directory: string): DemoPki {
    return new DemoPki(resolve(directory), readRegister(directory));
  }

  /** Whether there is a PKI in a directory. */
  static exists(directory: string): boolean {
    return existsSync(join(directory, 'register.json'));
  }

  /** The names of all credentials. */
  get names(): readonly string[] {
    return this.#register.certificates.map(({ name }) => name);
  }

  /** Where its certificates point to. */
  get urls(): DemoPkiUrls {
    return this.#register.urls;
  }

  /** PEM of the trust anchor. */
  get rootFile(): string {
    return credentialFiles(this.directory, 'root').certificateFile;
  }

  /** Holds the password of the PKCS#12 files, without a line end; mode 0600. */
  get pkcs12PasswordFile(): string {
    return join(this.directory, 'pkcs12.password');
  }

  /** The PKCS#12 file of a seal credential or of `tls-client`. */
  pkcs12File(name: string): string {
    return credentialFiles(this.directory, name).pkcs12File;
  }

  /** DER of the newest published revocation list. */
  revocationListFile(issuer: IssuerName): string {
    return join(this.directory, `${issuer}.crl`);
  }

  /** A credential by name. @throws SignetError `general.io` if there is none of this name */
  credential(name: DemoCredentialName | (string & {})): DemoCredential {
    let credential = this.#credentials.get(name);
    if (credential === undefined) {
      credential = readCredential(this.directory, name);
      this.#credentials.set(name, credential);
    }
    return credential;
  }

  /** Issues another seal certificate, with PEM and PKCS#12 files. @throws SignetError `general.io` if the name is taken */
  async issueSeal(name: string, family: KeyFamily, clock: Clock, sscd = false): Promise<DemoCredential> {
    const credential = await this.#issue(name, family, sealProfile(name, this.urls, sscd), clock);
    this.#writePkcs12(credential);
    return credential;
  }

  /** Issues another TLS server certificate for DNS names and addresses. @throws SignetError `general.io` */
  issueTlsServer(name: string, names: readonly string[], clock: Clock): Promise<DemoCredential> {
    return this.#issue(name, 'p256', tlsServerProfile(names, this.urls), clock);
  }

  /** Issues another TLS client certificate, with PEM and PKCS#12 files. @throws SignetError `general.io` */
  async issueTlsClient(name: string, clock: Clock): Promise<DemoCredential> {
    const credential = await this.#issue(name, 'p256', tlsClientProfile(name, this.urls), clock);
    this.#writePkcs12(credential);
    return credential;
  }

  /** Revokes a certificate, in OCSP at once and in the lists that are published with it. */
  revoke(name: string, reason: RevocationReason, clock: Clock): void {
    const revoked = { at: clock.now().toISOString(), reason };
    this.#update({
      certificates: this.#register.certificates.map((each) =>
        each.name === name && each.revoked === undefined ? { ...each, revoked } : each,
      ),
    });
    this.publishRevocationLists(clock);
  }

  /** What the CA knows of a serial number (lower-case hexadecimal). */
  statusOf(issuer: IssuerName, serialNumber: string): CertificateStatus {
    const found = this.#register.certificates.find(
      (each) => each.issuer === issuer && each.serialNumber === serialNumber,
    );
    if (found === undefined) return { kind: 'unknown' };
    if (found.revoked === undefined) return { kind: 'good' };
    return { kind: 'revoked', revocationTime: new Date(found.revoked.at), reason: found.revoked.reason };
  }

  /** Makes new revocation lists of both CAs, the root's for 180 days and the issuing CA's for 7. @throws SignetError `general.io` */
  publishRevocationLists(clock: Clock): void {
    const crlNumber = this.#register.crlNumber + 1;
    this.#update({ crlNumber });
    for (const [issuer, days] of [
      ['root', 180],
      ['issuing', 7],
    ] as const) {
      replaceFile(
        this.revocationListFile(issuer),
        this.#revocationList(issuer, crlNumber, days, clock.now()),
      );
    }
  }

  async #issueAll({ families = ['p256'], sscd = false, clock }: DemoPkiOptions): Promise<void> {
    writeSecret(this.pkcs12PasswordFile, randomBytes(18).toString('base64url'));
    await this.#issue('root', 'p256', rootProfile(), clock);
    await this.#issue('issuing', 'p256', issuingProfile(this.urls), clock);
    await this.#issue('tsa', 'p256', timeStampProfile(this.urls), clock);
    await this.#issue('ocsp', 'p256', ocspProfile(this.urls), clock);
    await this.issueTlsServer('tls-server', ['localhost', '127.0.0.1', '::1'], clock);
    await this.issueTlsClient('tls-client', clock);
    for (const family of families) await this.issueSeal(`seal-${family}`, family, clock, sscd);
    this.publishRevocationLists(clock);
  }

  async #issue(
    name: string,
    family: KeyFamily,
    profile: CertificateProfile,
    clock: Clock,
  ): Promise<DemoCredential> {
    const { privateKey, subjectPublicKeyInfo } = await generateKey(family);
    const issuerName = name === 'root' || name === 'issuing' ? 'root' : 'issuing';
    const issuer = name === 'root' ? undefined : this.credential(issuerName);
    const now = clock.now().getTime();
    const certificate = buildCertificate({
      subject: buildName(profile.subject),
      subjectPublicKeyInfo,
      serialNumber: randomSerialNumber(),
      notBefore: new Date(now - backdating),
      notAfter: new Date(now + profile.days * day),
      issuer:
        issuer === undefined ? { key: privateKey } : { certificate: issuer.certificate, key: issuer.key },
      extensions: profile.extensions,
    });
    const issuers = issuerName === 'issuing' ? [issuer!.certificate] : [];
    writeCredential(this.directory, { name, certificate, issuers, key: privateKey });
    const entry = { name, issuer: issuerName, serialNumber: certificate.serialNumberHex } as const;
    this.#update({ certificates: [...this.#register.certificates, entry] });
    return this.credential(name);
  }

  #writePkcs12({ name, certificate, issuers, key }: DemoCredential): void {
    const chain: readonly Certificate[] = [certificate, ...issuers, this.credential('root').certificate];
    const password = Buffer.from(readFile(this.pkcs12PasswordFile)).toString('utf8');
    const certificates = chain.map(({ bytes }) => bytes);
    writeSecret(this.pkcs12File(name), writePkcs12({ key, certificates, password, friendlyName: name }));
  }

  #revocationList(issuer: IssuerName, crlNumber: number, days: number, now: Date): Uint8Array {
    const { certificate, key } = this.credential(issuer);
    const revoked = this.#register.certificates.flatMap((each) =>
      each.issuer === issuer && each.revoked !== undefined
        ? [
            {
              serialNumber: Buffer.from(each.serialNumber, 'hex'),
              revocationDate: new Date(each.revoked.at),
              reason: each.revoked.reason,
            },
          ]
        : [],
    );
    return buildRevocationList({
      issuer: certificate,
      signer: keySigner(key),
      crlNumber: BigInt(crlNumber),
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + days * day),
      revoked,
    });
  }

  #update(changes: Partial<Register>): void {
    this.#register = { ...this.#register, ...changes };
    writeRegister(this.directory, this.#register);
  }
}

function emptyRegister(urls: DemoPkiUrls): Register {
  return { format: 1, urls, certificates: [], crlNumber: 0 };
}

/** A rename onto a directory that holds something fails everywhere; onto an empty one it works on POSIX only. */
function moveInPlace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw existsSync(to) ? new SignetError('config.exists', { path: to }, error) : ioError(to, error);
  }
}
