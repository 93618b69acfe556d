// The fictional people of Lumen & Oak. The password of each is the user name.
const person = (login, name, groups, manager) => ({
  sub: login,
  name,
  preferred_username: login,
  email: `${login}@lumen-oak.example`,
  email_verified: true,
  groups: ['employees', ...groups],
  manager,
});

export const people = new Map(
  [
    person('noor', 'Noor Haddad', [], 'maria'),
    person('maria', 'Maria Santos', ['managers'], undefined),
    person('tomas', 'Tomas Lind', ['help-desk'], 'maria'),
    person('ines', 'Ines Okafor', ['security'], 'maria'),
  ].map((one) => [one.sub, one]),
);
