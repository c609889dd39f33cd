/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The things that are measured against each other: each judges one certificate (or does
 * the part of it that it stands for) once. OpenSSL and GnuTLS stay in files of their own. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One certificate, and the SHA-256 of its key. */
struct subject {
	const unsigned char *certificate;
	size_t certificate_size;
	const unsigned char *spki;
	size_t spki_size;
	unsigned char digest[32];
};

/* Sets up from the subject; NULL if it cannot be done here. */
typedef void *(*judge_begin)(const struct subject *subject, size_t names);
/* One decision; false if it did not come out as yes. */
typedef bool (*judge_run)(void *judge);
typedef void (*judge_end)(void *judge);

struct judge {
	const char *what;
	judge_begin begin;
	judge_run run;
	judge_end end;
};

extern const struct judge judge_roster; /* dance_verify() */
extern const struct judge judge_below;  /* the same, of names below a suffix */
extern const struct judge judge_sha256; /* the physical floor */
extern const struct judge judge_pin;    /* what Knot's acl cert-key does */
extern const struct judge judge_libdane;
extern const struct judge judge_openssl;

/* A self-signed Ed25519 or P-256 certificate, to be freed by subject_clear(). */
bool subject_make(struct subject *subject, bool p256);
void subject_clear(struct subject *subject);
