/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One form after the other. A base is looked at as a whole once, by general_name_is_base();
 * what compares it with names relies on that. */

#include "general_name.h"

#include "der.h"
#include "dn.h"
#include "host_name.h"
#include "octets.h"

enum tag {
	TAG_VALUE = 0xa0, /* [0] EXPLICIT, the value of an otherName */
	TAG_ASSIGNER = 0xa0,
	TAG_PARTY = 0xa1,
};

#define CONTEXT 0x80
#define CONSTRUCTED 0x20

static bool take_other(struct dance_octets content, struct dance_octets *type)
{
	struct dance_octets tagged, value;
	unsigned char tag;
	return der_take(&content, DER_OID, type) && der_is_oid(*type) &&
		der_take(&content, TAG_VALUE, &tagged) && content.size == 0 &&
		der_next(&tagged, &tag, &value) && tagged.size == 0;
}

/* EDIPartyName: an assigner that may be missing, and the party. */
static bool is_party(struct dance_octets content)
{
	struct dance_octets part;
	(void)der_take(&content, TAG_ASSIGNER, &part);
	return der_take(&content, TAG_PARTY, &part) && content.size == 0;
}

bool general_name_take(struct dance_octets *values, struct general_name *name)
{
	static const unsigned char tags[NAME_FORM_COUNT] = {
		[NAME_OTHER] = CONTEXT | CONSTRUCTED | NAME_OTHER,
		[NAME_EMAIL] = CONTEXT | NAME_EMAIL,
		[NAME_DNS] = CONTEXT | NAME_DNS,
		[NAME_X400] = CONTEXT | CONSTRUCTED | NAME_X400,
		[NAME_DIRECTORY] = CONTEXT | CONSTRUCTED | NAME_DIRECTORY,
		[NAME_EDI_PARTY] = CONTEXT | CONSTRUCTED | NAME_EDI_PARTY,
		[NAME_URI] = CONTEXT | NAME_URI,
		[NAME_ADDRESS] = CONTEXT | NAME_ADDRESS,
		[NAME_REGISTERED_ID] = CONTEXT | NAME_REGISTERED_ID,
	};
	unsigned char tag;
	struct dance_octets type;
	if (!der_next(values, &tag, &name->content) || (tag & 0x1f) >= NAME_FORM_COUNT ||
		tags[tag & 0x1f] != tag) {
		return false;
	}
	name->form = (enum general_name_form)(tag & 0x1f);
	if (name->form == NAME_DIRECTORY) {
		return dn_is_readable(name->content);
	}
	return name->form == NAME_OTHER          ? take_other(name->content, &type) :
		name->form == NAME_REGISTERED_ID ? der_is_oid(name->content) :
						   name->form != NAME_EDI_PARTY ||
			is_party(name->content);
}

bool general_name_is_utf8_mailbox(const struct general_name *name)
{
	static const unsigned char oid[] = { 0x2b, 6, 1, 5, 5, 7, 8, 9 };
	struct dance_octets type;
	return name->form == NAME_OTHER && take_other(name->content, &type) &&
		octets_equal(type, (struct dance_octets){ oid, sizeof(oid) });
}

/* A host name, or one whose first label is an asterisk, which stands for one label (RFC 9525
 * 6.3). */
static bool read_dns(struct general_name *name)
{
	struct dance_octets labels = name->content;
	name->host = name->content;
	name->wildcard = labels.size > 2 && labels.data[0] == '*' && labels.data[1] == '.';
	if (name->wildcard) {
		labels.data += 2;
		labels.size -= 2;
	}
	return host_name_is_valid(labels);
}

bool general_name_read(struct general_name *name, unsigned char room[URI_HOST_MAX])
{
	switch (name->form) {
	case NAME_EMAIL:
		return mailbox_read(name->content, &name->mailbox);
	case NAME_DNS:
		return read_dns(name);
	case NAME_DIRECTORY:
		return true;
	case NAME_URI:
		return uri_host(name->content, room, &name->host);
	case NAME_ADDRESS:
		return name->content.size == 4 || name->content.size == 16;
	case NAME_OTHER:
	case NAME_X400:
	case NAME_EDI_PARTY:
	case NAME_REGISTERED_ID:
	case NAME_FORM_COUNT:
		break;
	}
	return false;
}

/* With a dot in front it is for what is below it only. */
static bool is_for_below(struct dance_octets base)
{
	return base.size > 0 && base.data[0] == '.';
}

/* The host in a base of dNSNames or URIs, or in one of mailboxes without a local part. */
static struct dance_octets base_host(struct dance_octets base)
{
	if (is_for_below(base)) {
		base.data++;
		base.size--;
	}
	return base;
}

static bool is_host_base(struct dance_octets base)
{
	return host_name_is_valid(base_host(base));
}

/* An address and a mask as long, of leading ones only: "in the style of RFC 4632". */
static bool is_address_base(struct dance_octets base)
{
	if (base.size != 8 && base.size != 32) {
		return false;
	}
	bool ended = false;
	for (size_t i = base.size / 2; i < base.size; i++) {
		unsigned char mask = base.data[i];
		unsigned char zeros = (unsigned char)~mask;
		if ((ended && mask != 0) || (zeros & (zeros + 1)) != 0) {
			return false;
		}
		ended = mask != 0xff;
	}
	return true;
}

bool general_name_is_base(const struct general_name *base)
{
	struct mailbox mailbox;
	switch (base->form) {
	case NAME_EMAIL:
		return is_host_base(base->content) || mailbox_read(base->content, &mailbox);
	case NAME_DNS:
		return base->content.size == 0 || is_host_base(base->content);
	case NAME_DIRECTORY:
		return true;
	case NAME_URI:
		return is_host_base(base->content);
	case NAME_ADDRESS:
		return is_address_base(base->content);
	case NAME_OTHER:
	case NAME_X400:
	case NAME_EDI_PARTY:
	case NAME_REGISTERED_ID:
	case NAME_FORM_COUNT:
		break;
	}
	return false;
}

/* A base is for its host and what is below it. */
static enum general_name_place dns_place(const struct general_name *name,
	struct dance_octets base)
{
	bool for_below = is_for_below(base);
	struct dance_octets host = base_host(base);
	if (base.size == 0 || host_name_is_below(name->host, host) ||
		(!for_below && host_name_is_equal(name->host, host))) {
		return PLACE_INSIDE;
	}
	if (name->wildcard && !for_below &&
		host_name_is_equal(host_name_parent(name->host), host_name_parent(host))) {
		return PLACE_UNCLEAR; /* the host of the base is one that it stands for */
	}
	return PLACE_OUTSIDE;
}

/* A base is for its host, or with a dot in front for what is below that. */
static enum general_name_place host_place(struct dance_octets host,
	struct dance_octets base)
{
	bool inside = is_for_below(base) ? host_name_is_below(host, base_host(base)) :
					   host_name_is_equal(host, base_host(base));
	return inside ? PLACE_INSIDE : PLACE_OUTSIDE;
}

static enum general_name_place email_place(const struct mailbox *mailbox,
	struct dance_octets base)
{
	struct mailbox wanted;
	if (!mailbox_read(base, &wanted)) {
		return host_place(mailbox->host, base);
	}
	if (!mailbox_is_same(mailbox, &wanted)) {
		return PLACE_OUTSIDE;
	}
	/* RFC 5280 7.5 wants an exact match of the local parts, and knows no quotes. */
	return octets_equal(mailbox->local, wanted.local) ? PLACE_INSIDE : PLACE_UNCLEAR;
}

static enum general_name_place address_place(struct dance_octets address,
	struct dance_octets base)
{
	if (base.size != 2 * address.size) {
		return PLACE_OUTSIDE;
	}
	const unsigned char *mask = base.data + address.size;
	for (size_t i = 0; i < address.size; i++) {
		if (((address.data[i] ^ base.data[i]) & mask[i]) != 0) {
			return PLACE_OUTSIDE;
		}
	}
	return PLACE_INSIDE;
}

static enum general_name_place directory_place(struct dance_octets name,
	struct dance_octets base, struct work *work)
{
	switch (dn_is_within(name, base, work)) {
	case DN_YES:
		return PLACE_INSIDE;
	case DN_NO:
		return PLACE_OUTSIDE;
	case DN_UNCLEAR:
		break;
	}
	return PLACE_UNCLEAR;
}

enum general_name_place general_name_place(const struct general_name *name,
	const struct general_name *base, struct work *work)
{
	if (!work_take(work, 1 + (uint32_t)(base->content.size / 32))) {
		return PLACE_UNCLEAR;
	}
	switch (name->form) {
	case NAME_EMAIL:
		return email_place(&name->mailbox, base->content);
	case NAME_DNS:
		return dns_place(name, base->content);
	case NAME_DIRECTORY:
		return directory_place(name->content, base->content, work);
	case NAME_URI:
		return host_place(name->host, base->content);
	case NAME_ADDRESS:
		return address_place(name->content, base->content);
	case NAME_OTHER:
	case NAME_X400:
	case NAME_EDI_PARTY:
	case NAME_REGISTERED_ID:
	case NAME_FORM_COUNT:
		break;
	}
	return PLACE_UNCLEAR;
}
