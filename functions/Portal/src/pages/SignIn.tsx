import { Button, Card, Field, Input, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useState } from 'react';
import { type Config, type Session, sessionOfKey, signIn } from '../session';
import { fill, type Texts } from '../texts';

interface Props {
  config: Config;
  t: Texts;
  ended: boolean;
  failed: boolean;
  onSession: (session: Session) => void;
}

export function SignIn({ config, t, ended, failed, onSession }: Props) {
  const [key, setKey] = useState('');
  const [isBad, setBad] = useState(false);
  const [didFail, setFailed] = useState(failed);

  return (
    <main className="sign-in">
      <Card>
        <h1>LoginAudit</h1>
        {ended ? (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t.sessionEnded}</MessageBarTitle>
              {t.sessionEndedText}
            </MessageBarBody>
          </MessageBar>
        ) : (
          <p>{t.signInText}</p>
        )}
        {didFail && (
          <MessageBar intent="error">
            <MessageBarBody>{t.signInFailed}</MessageBarBody>
          </MessageBar>
        )}
        {config.issuers.map((issuer) => (
          <Button
            key={issuer.authority}
            appearance="primary"
            onClick={() => void signIn(config, issuer).catch(() => setFailed(true))}
          >
            {fill(t.signInWith, new URL(issuer.authority).host)}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const session = sessionOfKey(key);
            if (session) onSession(session);
            else setBad(true);
          }}
        >
          <Field label={t.signInKey} hint={t.signInKeyHint} {...(isBad ? { validationMessage: t.badKey } : {})}>
            <Input type="password" autoComplete="off" value={key} onChange={(_, data) => setKey(data.value)} />
          </Field>
          <Button type="submit" appearance={config.issuers.length > 0 ? 'secondary' : 'primary'}>
            {t.signIn}
          </Button>
        </form>
      </Card>
    </main>
  );
}
