import { render } from 'preact';
import { App } from './app.tsx';
import { takeSecret } from './session.ts';

render(<App secret={takeSecret()} />, document.querySelector('#page')!);
