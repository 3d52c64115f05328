import { useRef, useState } from 'preact/hooks';
import { ApiError, type Session } from './api.ts';
import { rawOf } from './fields.tsx';
import { logIn } from './session.ts';

export function LoginForm({ notice, onLogin }: { notice: string | null; onLogin: (session: Session) => void }) {
  const [message, setMessage] = useState(notice);
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setMessage(null);
    try {
      onLogin(await logIn(rawOf(fields, 'user'), rawOf(fields, 'password')));
    } catch (error) {
      setMessage(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
      password.current?.select();
    }
  };

  return (
    <main class="login">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <h1>immersion</h1>
        <p class="quiet">See how far you are in the language you’re learning.</p>
        <p class="message" role="alert">
          {message}
        </p>
        <label>
          User name
          <input name="user" autocomplete="username" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required ref={password} />
        </label>
        <button class="primary" disabled={isBusy}>
          {isBusy ? 'Logging in…' : 'Log in'}
        </button>
      </form>
    </main>
  );
}
