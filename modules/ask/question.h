/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a host asks about one client, whatever the dialect, and how questions and answers
 * look in each dialect. A dialect is pure: octets in, octets out. It knows neither sockets
 * nor DNS. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "address.h"
#include "conf/conf.h"
#include "dance.h"

/* Octets of one question, in any dialect: a certificate of 16,384 octets in base64 fits. */
#define QUESTION_SIZE_MAX 24576

#define ANSWER_SIZE 1024 /* octets; a name and a header of another name fit */

#define QUESTION_INSTANCE_SIZE 64

/* All zero: nothing is known, and nobody is allowed. */
struct question {
	const char *fault;     /* why it cannot be read; NULL: it can */
	const char *attribute; /* that the fault is about; NULL: it is about none */
	bool over_tls;
	bool has_version; /* the dialect says it */
	unsigned tls;     /* n of TLS 1.n; 0: older */
	bool resumed;
	bool wants_header;
	size_t digest_size; /* octets of a fingerprint that is not SHA-256; 0: none is */
	bool has_key, has_certificate; /* their SHA-256 */
	bool is_either; /* it is not known which of both it is: they are the same */
	unsigned char key[DANCE_SHA256_SIZE];
	unsigned char certificate[DANCE_SHA256_SIZE];
	struct dance_octets der; /* the certificate itself, in the question's own octets */
	char helo[DANCE_NAME_SIZE];            /* "": none, or too long */
	char remote[ADDRESS_TEXT_SIZE];        /* "ADDR@PORT", "ADDR", or "" */
	char instance[QUESTION_INSTANCE_SIZE]; /* the same for all questions on a mail; or "" */
};

enum question_frame {
	QUESTION_PART,  /* more has to come */
	QUESTION_WHOLE, /* *whole octets are one */
	QUESTION_NONE,  /* whatever comes, it will be none */
};

struct dialect {
	/* Is a whole question at the beginning of these octets? */
	enum question_frame (*frame)(const char *octets, size_t size, size_t *whole);
	/* Reads one, and may write over its octets. */
	void (*read)(char *octets, size_t size, struct question *question);
	/* Writes the answer: octets of `answer` that count. `header` is what conf_ask says. */
	size_t (*answer)(char answer[ANSWER_SIZE], const struct question *question,
		const struct dance_result *result, const char *header);
};

extern const struct dialect dialect_postfix, dialect_socketmap, dialect_line;

const struct dialect *dialect_of(enum conf_dialect dialect);

/* --- what dialects have in common -------------------------------------------------------- */

/* Notes that it cannot be read. The first fault counts. */
void question_fail(struct question *question, const char *attribute, const char *fault);

/* Reads "TLSv1.3", "TLS1.3", "1.3" or an older version's name. */
void question_put_version(struct question *question, const char *text);

/* Digits of a digest, with or without colons between the octets; "" is none. */
void question_put_key(struct question *question, const char *attribute, const char *text);
void question_put_certificate(struct question *question, const char *attribute,
	const char *text);

void question_put_helo(struct question *question, const char *text);

/* `port` may be NULL. What is no address is left out. */
void question_put_remote(struct question *question, const char *address, const char *port);
