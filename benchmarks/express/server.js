// The two routes in Express, ten lines each way: node server.js string | key
const { createSecretKey } = require('node:crypto');
const express = require('express');
const jwt = require('jsonwebtoken');

const text = 'a secret of 32 bytes, as in .env';
const secret = process.argv[2] === 'key' ? createSecretKey(text, 'utf-8') : text;
const users = { alice: 'wonderland', bob: 'builder' };
const app = express();
app.use(express.json());
let refreshTokens = [];

app.post('/login', (req, res) => {
  const { username, password } = req.body;
  if (users[username] !== password) return res.sendStatus(401);
  const accessToken = jwt.sign({ user: username }, secret, { expiresIn: '5m' });
  const refreshToken = jwt.sign({ user: username, id: refreshTokens.length }, secret);
  refreshTokens.push(refreshToken);
  res.json({ accessToken, refreshToken });
});

app.post('/token', (req, res) => {
  const refreshToken = req.body.token;
  if (!refreshToken) return res.sendStatus(401);
  if (!refreshTokens.includes(refreshToken)) return res.sendStatus(403);
  jwt.verify(refreshToken, secret, (err, user) => {
    if (err) return res.sendStatus(403);
    const accessToken = jwt.sign({ user: user.user }, secret, { expiresIn: '5m' });
    res.json({ accessToken });
  });
});

const listener = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${listener.address().port}`);
});
process.stdin.on('end', () => process.exit()).resume();
