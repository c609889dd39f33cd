/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * GeneralNames (RFC 5280 4.2.1.6), as names in a certificate and as bases of subtrees of
 * names, and which lies in which (RFC 5280 4.2.1.10). Tells the forms of names apart; does
 * not know whether a subtree permits or excludes. */

#pragma once

#include "mailbox.h"
#include "uri.h"
#include "work.h"

/* As their tags count them. */
enum general_name_form {
	NAME_OTHER,
	NAME_EMAIL, /* rfc822Name */
	NAME_DNS,
	NAME_X400,
	NAME_DIRECTORY,
	NAME_EDI_PARTY,
	NAME_URI,
	NAME_ADDRESS, /* iPAddress */
	NAME_REGISTERED_ID,
	NAME_FORM_COUNT,
};

struct general_name {
	enum general_name_form form;
	struct dance_octets content; /* of a directoryName the whole Name */

	/* Read from the content of a name in a certificate. */
	struct mailbox mailbox;
	struct dance_octets host; /* of a dNSName or URI */
	bool wildcard; /* of a DNS name that was read: its first label is an asterisk */
};

/* Where a name lies, seen from a subtree; zeroed memory is neither. */
enum general_name_place {
	PLACE_UNCLEAR, /* partly inside, or it cannot be told */
	PLACE_OUTSIDE,
	PLACE_INSIDE,
};

/* Takes one GeneralName off the front of `values`; false if there is none that is well-formed,
 * as far as its form is processed. The octets are the sender's. */
bool general_name_take(struct dance_octets *values, struct general_name *name);

/* Reads a name in a certificate, of a form that can be constrained. False: it cannot be
 * understood. What is decoded is written to `room`, which lives as long as the name. */
bool general_name_read(struct general_name *name, unsigned char room[URI_HOST_MAX]);

/* Can this be understood as the base of a subtree? */
bool general_name_is_base(const struct general_name *base);

/* Of a name that has been read and a base of the same form that can be understood. */
enum general_name_place general_name_place(const struct general_name *name,
	const struct general_name *base, struct work *work);

/* Is this otherName a mailbox with letters beyond ASCII (SmtpUTF8Mailbox, RFC 9598 3)? */
bool general_name_is_utf8_mailbox(const struct general_name *name);
