import type { activateZh } from './zh.ts';

/** Texts of the page behind an activation link, English. */
export const activateEn: typeof activateZh = {
  page: 'Choose a password',
  activateTitle: name => `Welcome, ${name}`,
  activate: (company, address) =>
    `${company} has made a mailbox for you: ${address}. Choose a password and it is yours.`,
  resetTitle: 'Choose a new password',
  reset: address =>
    `A new password for ${address}. The old one stops working then, and devices that are signed in are signed out.`,
  password: 'Password',
  hint: min => `At least ${min} characters, and not a common one.`,
  again: 'Password again',
  required: 'Please enter a password.',
  different: 'The two passwords differ.',
  weak: 'This password is too short, too common or the same as your account. Please choose another.',
  submit: 'Set password and sign in',
  doneTitle: 'Password set',
  done: 'Please sign in with your new password.',
  signIn: 'Sign in',
  used: 'This link was used. If it was not you, tell your administrator at once.',
  expired: 'This link has ended. Ask your administrator for another.',
  unknown: 'The link is incomplete, does not exist, or a newer one took its place. Please check it.',
  disabled: 'This account is disabled. Ask your administrator.',
  tooMany: 'Too many attempts. Please wait a minute.',
  notEncrypted: 'The connection is not encrypted: no password can be set here.',
  unreachable: 'The server cannot be reached. Check your network and try again.',
  retry: 'Try again',
};
