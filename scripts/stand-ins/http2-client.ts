// Stands in for got's client of HTTP/2 (20 kB) inside the bundles: no request asks for it.
import https from 'node:https';

export default { auto: https.request, globalAgent: undefined };
