import type { Secret } from '../core/secret.ts';

/** Where notices go. A part without its address (`webhook.url`, `mail.to`) is off. */
export interface NotifySettings {
  readonly webhook: {
    /** Secret as a whole: many receivers know the sender by the path or query alone. */
    readonly url: Secret | undefined;
    /** Key of the signature; without one, bodies are not signed. */
    readonly secret: Secret | undefined;
  };
  readonly mail: {
    readonly to: readonly string[];
    readonly from: string | undefined;
    readonly server: string | undefined;
    /** Undefined: the usual one for `security`. */
    readonly port: number | undefined;
    readonly security: MailSecurity;
    readonly username: string | undefined;
    readonly password: Secret | undefined;
  };
}

/** `starttls`: clear text first, encrypted before anything is told (RFC 3207), never without; `tls`: encrypted from the first byte (RFC 8314). */
export type MailSecurity = 'none' | 'starttls' | 'tls';
