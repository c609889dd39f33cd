/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The text of a URI that names a key or a certificate (RFC 3986, RFC 7512): its scheme, its
 * mistakes, and what of it may be shown. Does not know which schemes can be opened. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define KEY_URI_MAX 1024       /* octets of one, with the zero at its end */
#define KEY_URI_SCHEME_SIZE 32 /* RFC 3986 3.1 has no limit */
#define KEY_URI_SHOWN_SIZE 160

/* The scheme, in lower case. False if the text does not begin with one: two or more of its
 * characters and a colon, before any slash. */
bool key_uri_scheme(const char *text, char scheme[KEY_URI_SCHEME_SIZE]);

/* For the log and for people: cut to fit, and without secrets. Values of attributes that are not
 * known to be public, such as pin-value, become `***`. */
void key_uri_show(const char *uri, char shown[KEY_URI_SHOWN_SIZE]);

/* What is wrong with it; NULL: nothing that can be told from its text. Only `pkcs11:` has rules
 * here: its attributes are those of RFC 7512 2.3 and 2.4 or begin with "x-", and a PIN comes from
 * a file, never from a command. */
const char *key_uri_mistake(const char *uri);

/* The path of the file that has its PIN (RFC 7512 2.4, pin-source). False: none is named. */
bool key_uri_pin_file(const char *uri, char path[KEY_URI_MAX]);

/* Does it have a PIN, or name a file of one? */
bool key_uri_has_pin(const char *uri);

/* Does it contain the PIN itself? */
bool key_uri_shows_pin(const char *uri);

/* The same without a PIN. */
void key_uri_strip_pin(const char *uri, char stripped[KEY_URI_MAX]);

/* The URI of the token that it is in, without a PIN. */
void key_uri_strip_object(const char *uri, char stripped[KEY_URI_MAX]);

/* The path in a URI of scheme `file`, a part of it; NULL if it is of another scheme. */
const char *key_uri_path(const char *uri);
