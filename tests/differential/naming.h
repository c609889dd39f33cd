/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names that certificates bear, what issuers permit and exclude, and whether the one lies in
 * the other (RFC 5280 4.2.1.10). Names are tables here, taken apart already: nothing of this
 * reads what a judge reads. */

#pragma once

#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stddef.h>

#include "dance.h"

/* The organization before a common name. */
enum org {
	ORG_NONE,
	ORG_ACME,
	ORG_ACME_UPPER,  /* the same in capitals, as another type of string */
	ORG_ACME_SPACED, /* the same with spaces more */
	ORG_CORP,
	ORG_CORP_SPACED, /* the same with spaces more and in another case */
	ORG_OTHER,
	ORG_COUNT
};

/* Are they the same (RFC 5280 7.1)? */
bool org_equal(enum org a, enum org b);

/* A random one, often none; or one that is equal to another. */
enum org org_alike(enum org org, unsigned salt);

bool org_put(X509_NAME *name, enum org org);

enum form {
	FORM_MAIL,
	FORM_URI,
	FORM_ADDRESS,
	FORM_DIRECTORY,
	FORM_REGISTERED,
	FORM_COUNT
};

/* A name. */
struct bearing {
	enum form form;
	const char *text;         /* of a mailbox, a URI, a registeredID */
	const char *local, *host; /* NULL: it has none that could be compared */
	unsigned char octets[16];
	size_t size;
	enum org org;
};

extern const struct bearing bearings[];
extern const size_t bearing_count;
extern const struct bearing mailboxes[]; /* of subjects */
extern const size_t mailbox_count;

/* A subtree. Of mailboxes: `local` at `host`, any at it, or, with `domain`, any at hosts
 * below it; of URIs: those of `host`, or of hosts below it. */
struct base {
	enum form form;
	const char *text;
	const char *local, *host;
	bool domain;
	unsigned char octets[32]; /* an address and a mask */
	size_t size;
	enum org org; /* names that begin with it */
};

extern const struct base bases[];
extern const size_t base_count;

struct bound {
	const struct base *base;
	bool excluded;
	bool limited; /* it has a minimum of 1: nobody knows what that means */
};

enum place {
	PLACE_OUT,
	PLACE_IN,
	PLACE_UNKNOWN, /* it cannot be told, so it is refused */
};

enum place bearing_place(const struct bearing *bearing, const struct base *base);
/* Of a dNSName, which may be anything, and a domain. */
enum place dns_place(struct dance_octets name, const char *domain);
enum place org_place(enum org org, const struct base *base);

GENERAL_NAME *bearing_name(const struct bearing *bearing);
GENERAL_NAME *base_name(const struct base *base);
