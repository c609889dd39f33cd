/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Composing chains. The octets are, each 0 if there is none left:
 *
 *	names, certificates, records, flags (1: server, 2: trust)
 *	4 distinguished names: RDNs, octets of a value, type of string
 *	certificates, the leaf first: subject, issuer, key, signer, key identifiers and flags,
 *		three fillings of kind, count (two octets), form; one to spare
 *	records: usage, selector, matching type, certificate
 */

#include "compose.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "compose_key.h"
#include "der_certificate.h"
#include "target.h"

#define CERTIFICATE_MAX 20000 /* a little more than is looked at */

struct genes {
	const uint8_t *data;
	size_t size;
};

static uint8_t gene(struct genes *genes)
{
	if (genes->size == 0) {
		return 0;
	}
	genes->size--;
	return *genes->data++;
}

static unsigned long_gene(struct genes *genes)
{
	unsigned high = gene(genes);
	return high << 8 | gene(genes);
}

static void put_oid(struct der *to, const char *octets, size_t size)
{
	der_put(to, DER_OID, octets, size);
}

#define PUT_OID(to, literal) put_oid(to, literal, sizeof(literal) - 1)

/* --- names ---------------------------------------------------------------------------------- */

struct names {
	uint8_t rdns, octets, string;
};

/* A distinguished name; `number` sets the four apart, and `other_case` makes one that is equal
 * and not of the same octets (RFC 5280 7.1). */
static void put_dn(struct der *to, const struct names *of, unsigned number, bool other_case)
{
	static const unsigned char strings[] = { DER_UTF8_STRING, DER_PRINTABLE_STRING,
		DER_TELETEX_STRING, DER_BMP_STRING };
	struct der rdns = { 0 };
	unsigned count = 1 + of->rdns;
	for (unsigned i = 0; i < count && rdns.size < CERTIFICATE_MAX / 2; i++) {
		char value[256];
		struct der pair = { 0 }, set = { 0 };
		size_t size = 2 + of->octets % 250;
		for (size_t at = 0; at < size; at++) {
			value[at] = at % 7 == 6 ?
				' ' :
				(char)((other_case ? 'A' : 'a') + (i + at) % 26);
		}
		value[0] = (char)('0' + number);
		value[size - 1] = 'x';
		PUT_OID(&pair, "\x55\x04\x0b");
		der_put(&pair, strings[of->string % 4], value, size & ~(size_t)1);
		der_wrap(&set, DER_SEQUENCE, &pair);
		der_wrap(&rdns, DER_SET, &set);
	}
	der_wrap(to, DER_SEQUENCE, &rdns);
}

void compose_name(size_t number, char name[DANCE_NAME_SIZE])
{
	snprintf(name, DANCE_NAME_SIZE, "n%zu.example.net", number);
}

/* One of many dNSNames: short and alike, each another, or of many labels. */
static size_t write_dns(char text[256], unsigned number, uint8_t form)
{
	size_t size = 0;
	if (form % 4 == 0) {
		text[size++] = (char)('a' + number % 26);
		return size;
	}
	for (unsigned rest = number; size == 0 || rest > 0; rest /= 26) {
		text[size++] = (char)('a' + rest % 26);
	}
	while (form % 4 == 2 && size < form) { /* labels */
		text[size++] = '.';
		text[size++] = 'a';
	}
	while (form % 4 == 3 && size < form && size < 60) { /* a long one */
		text[size++] = 'x';
	}
	return size;
}

static void put_general_name(struct der *to, unsigned kind, unsigned number, uint8_t form,
	const struct names *names)
{
	char text[300];
	unsigned char address[8] = { 10, (unsigned char)(number >> 8),
		(unsigned char)number, 1, 255, 255, 255, 255 };
	struct der name = { 0 };
	size_t size;
	switch (kind % 5) {
	case 0:
		size = write_dns(text, number, form);
		der_put(to, 0x82, text, size);
		break;
	case 1:
		put_dn(&name, &names[form % 4], number % 10, (form & 4) != 0);
		der_wrap(to, 0xa4, &name);
		break;
	case 2:
		der_put(to, 0x87, address, form & 1 ? 8 : 4);
		break;
	case 3:
		memcpy(text, "http://", 7);
		size = 7 + write_dns(text + 7, number, form);
		der_put(to, 0x86, text, size);
		break;
	default:
		memcpy(text, "a@", 2);
		size = 2 + write_dns(text + 2, number, form);
		der_put(to, 0x81, text, size);
		break;
	}
}

/* --- extensions ----------------------------------------------------------------------------- */

enum filling {
	NONE,
	SAN_DNS,
	SAN_DN,
	SAN_ADDRESS,
	SAN_URI,
	SAN_MAIL,
	EXCLUDED_DNS,
	EXCLUDED_DN,
	EXCLUDED_ADDRESS,
	EXCLUDED_URI,
	EXCLUDED_MAIL,
	PERMITTED_DNS,
	PERMITTED_DN,
	PERMITTED_ADDRESS,
	PERMITTED_URI,
	PERMITTED_MAIL,
	POLICIES,
	MAPPINGS,
	UNKNOWN,
	PURPOSES,
	FILLING_COUNT
};

struct parts {
	struct der names, permitted, excluded, policies, mappings, purposes, more;
};

static void put_number_oid(struct der *to, unsigned number)
{
	const unsigned char oid[] = { 0x2a, 0x03, 0x04,
		(unsigned char)(0x80 | (number >> 7 & 0x7f)),
		(unsigned char)(number & 0x7f) };
	der_put(to, DER_OID, oid, sizeof(oid));
}

static void put_extension(struct der *to, const char *oid, size_t oid_size, bool critical,
	struct der *content)
{
	static const unsigned char yes[] = { 0xff };
	struct der extension = { 0 };
	put_oid(&extension, oid, oid_size);
	if (critical) {
		der_put(&extension, DER_BOOLEAN, yes, 1);
	}
	der_wrap(&extension, DER_OCTET_STRING, content);
	der_wrap(to, DER_SEQUENCE, &extension);
}

#define PUT_EXTENSION(to, id, critical, content) \
	put_extension(to, "\x55\x1d" id, 2 + sizeof(id) - 1, critical, content)

static void put_unknown(struct der *to, unsigned number, uint8_t form)
{
	char filler[256] = { 0 };
	struct der extension = { 0 };
	put_number_oid(&extension, number);
	der_put(&extension, DER_OCTET_STRING, filler, form);
	der_wrap(to, DER_SEQUENCE, &extension);
}

static size_t size_of(const struct parts *parts)
{
	return parts->names.size + parts->permitted.size + parts->excluded.size +
		parts->policies.size + parts->mappings.size + parts->purposes.size +
		parts->more.size;
}

static void put_subtree(struct der *to, unsigned kind, unsigned number, uint8_t form,
	const struct names *names)
{
	struct der subtree = { 0 };
	put_general_name(&subtree, kind, number, form | (kind == 2), names);
	der_wrap(to, DER_SEQUENCE, &subtree);
}

static void put_policy(struct der *to, unsigned number)
{
	struct der policy = { 0 };
	put_number_oid(&policy, number);
	der_wrap(to, DER_SEQUENCE, &policy);
}

static void fill(struct parts *parts, struct genes *genes, const struct names *names,
	size_t limit)
{
	enum filling kind = (enum filling)(gene(genes) % FILLING_COUNT);
	unsigned count = long_gene(genes) % 8192;
	uint8_t form = gene(genes);
	struct der pair = { 0 };
	for (unsigned i = 0; i < count && kind != NONE && size_of(parts) < limit; i++) {
		if (kind <= SAN_MAIL) {
			put_general_name(&parts->names, kind - SAN_DNS, i, form & 0xfe,
				names);
		} else if (kind <= EXCLUDED_MAIL) {
			put_subtree(&parts->excluded, kind - EXCLUDED_DNS, i, form, names);
		} else if (kind <= PERMITTED_MAIL) {
			put_subtree(&parts->permitted, kind - PERMITTED_DNS, i, form,
				names);
		} else if (kind == POLICIES) {
			put_policy(&parts->policies, i);
		} else if (kind == MAPPINGS) {
			put_number_oid(&pair, i);
			put_number_oid(&pair, form & 1 ? i + 1 : i * 7);
			der_wrap(&parts->mappings, DER_SEQUENCE, &pair);
		} else if (kind == PURPOSES) {
			put_number_oid(&parts->purposes, i);
		} else {
			put_unknown(&parts->more, i, form);
		}
	}
}

/* What lets the path go on is last in each list: all before is looked at. */
static void put_what_fits(struct parts *parts, bool leaf, size_t name_count)
{
	struct der subtree = { 0 };
	if (parts->permitted.size > 0) {
		der_put(&subtree, 0x82, "net", 3);
		der_wrap(&parts->permitted, DER_SEQUENCE, &subtree);
	}
	if (parts->purposes.size > 0) {
		PUT_OID(&parts->purposes, "\x2b\x06\x01\x05\x05\x07\x03\x01");
		PUT_OID(&parts->purposes, "\x2b\x06\x01\x05\x05\x07\x03\x02");
	}
	for (size_t i = 0; leaf && i < name_count; i++) {
		char name[DANCE_NAME_SIZE];
		compose_name(i, name);
		der_put(&parts->names, 0x82, name, strlen(name));
	}
}

enum flag {
	CRITICAL = 1,
	AUTHORITY = 2,
	SUBJECT_ID = 4,
	ISSUER_ID = 8,
	GARBAGE = 16,
	ISSUER_CASE = 32
};

static void put_extensions(struct der *to, struct parts *parts, uint8_t flags, uint8_t id)
{
	static const unsigned char yes[] = { 0xff };
	struct der list = { 0 }, content = { 0 }, inner = { 0 };
	bool critical = (flags & CRITICAL) != 0;
	if (flags & AUTHORITY) {
		der_put(&inner, 0x01, yes, 1);
		der_wrap(&content, DER_SEQUENCE, &inner);
		PUT_EXTENSION(&list, "\x13", true, &content);
	}
	if (parts->names.size > 0) {
		der_wrap(&content, DER_SEQUENCE, &parts->names);
		PUT_EXTENSION(&list, "\x11", false, &content);
	}
	if (parts->permitted.size + parts->excluded.size > 0) {
		if (parts->permitted.size > 0) {
			der_wrap(&inner, 0xa0, &parts->permitted);
		}
		if (parts->excluded.size > 0) {
			der_wrap(&inner, 0xa1, &parts->excluded);
		}
		der_wrap(&content, DER_SEQUENCE, &inner);
		PUT_EXTENSION(&list, "\x1e", true, &content);
	}
	if (parts->policies.size > 0) {
		der_wrap(&content, DER_SEQUENCE, &parts->policies);
		PUT_EXTENSION(&list, "\x20", critical, &content);
	}
	if (parts->mappings.size > 0) {
		der_wrap(&content, DER_SEQUENCE, &parts->mappings);
		PUT_EXTENSION(&list, "\x21", critical, &content);
	}
	if (parts->purposes.size > 0) {
		der_wrap(&content, DER_SEQUENCE, &parts->purposes);
		PUT_EXTENSION(&list, "\x25", critical, &content);
	}
	if (flags & SUBJECT_ID) {
		der_put(&content, DER_OCTET_STRING, &id, 1);
		PUT_EXTENSION(&list, "\x0e", false, &content);
	}
	if (flags & ISSUER_ID) {
		der_put(&inner, 0x80, &id, 1);
		der_wrap(&content, DER_SEQUENCE, &inner);
		PUT_EXTENSION(&list, "\x23", false, &content);
	}
	if (parts->more.size > 0) {
		der_append(&list, parts->more.octets, parts->more.size);
		der_clear(&parts->more);
	}
	if (list.size > 0) {
		der_wrap(&content, DER_SEQUENCE, &list);
		der_wrap(to, DER_TBS_EXTENSIONS, &content);
	}
}

/* --- certificates --------------------------------------------------------------------------- */

/* Returns its key. */
static const struct compose_key *put_certificate(struct der *to, struct genes *genes,
	const struct names *names, unsigned number, size_t name_count)
{
	uint8_t subject = gene(genes) % 4, issuer = gene(genes) % 4;
	uint8_t own = gene(genes), signer = gene(genes), flags = gene(genes);
	const struct compose_key *key = compose_key(own), *signs = compose_key(signer);
	struct parts parts = { 0 };
	for (int i = 0; i < 3; i++) {
		fill(&parts, genes, names, CERTIFICATE_MAX - 4000);
	}
	uint8_t id = gene(genes);
	put_what_fits(&parts, number == 0, name_count);

	static const unsigned char version[] = { 2 };
	unsigned char serial[] = { 1, (unsigned char)number };
	struct der tbs = { 0 }, content = { 0 }, dates = { 0 }, whole = { 0 };
	der_put(&content, DER_INTEGER, version, 1);
	der_wrap(&tbs, DER_TBS_VERSION, &content);
	der_put(&tbs, DER_INTEGER, serial, sizeof(serial));
	der_append(&tbs, signs->signature_algorithm.octets,
		signs->signature_algorithm.size);
	put_dn(&tbs, &names[issuer], issuer, (flags & ISSUER_CASE) != 0);
	der_put(&dates, DER_UTC_TIME, "200101000000Z", 13);
	der_put(&dates, DER_GENERALIZED_TIME, "21200101000000Z", 15);
	der_wrap(&tbs, DER_SEQUENCE, &dates);
	put_dn(&tbs, &names[subject], subject, false);
	der_append(&tbs, key->spki.octets, key->spki.size);
	put_extensions(&tbs, &parts, flags, id);
	der_wrap(&whole, DER_SEQUENCE, &tbs);
	struct der signed_octets = { whole.octets, whole.size };
	struct der signature = { 0 };
	compose_key_sign(&signature, signs, &signed_octets, (flags & GARBAGE) != 0);
	der_append(&whole, signs->signature_algorithm.octets,
		signs->signature_algorithm.size);
	der_append(&whole, signature.octets, signature.size);
	der_clear(&signature);
	der_wrap(to, DER_SEQUENCE, &whole);
	return key;
}

static void put_record(struct composed *composed, struct genes *genes)
{
	struct dance_tlsa *record = &composed->records[composed->record_count];
	unsigned char *digest = composed->digests[composed->record_count];
	record->usage = gene(genes) % 4;
	record->selector = gene(genes) % 2;
	record->matching = gene(genes) % 3;
	struct dance_octets of = composed->chain[gene(genes) % composed->chain_count];
	if (record->selector == 1 && !der_certificate_spki(of, &of)) {
		return;
	}
	record->data = of.data;
	record->size = of.size;
	if (record->matching != 0) {
		record->data = digest;
		record->size = record->matching == 1 ? 32 : 64;
		must(gnutls_hash_fast(record->matching == 1 ? GNUTLS_DIG_SHA256 :
							      GNUTLS_DIG_SHA512,
			     of.data, of.size, digest) == 0);
	}
	composed->record_count++;
}

void compose_begin(void)
{
	compose_keys_make();
}

void compose(struct composed *composed, const uint8_t *data, size_t size)
{
	struct genes genes = { data, size };
	struct names names[4];
	size_t total = 0;
	composed->name_count = 1 + gene(&genes) % COMPOSE_NAME_MAX;
	size_t certificates = 1 + gene(&genes) % COMPOSE_CHAIN_MAX;
	size_t records = 1 + gene(&genes);
	uint8_t flags = gene(&genes);
	composed->server = (flags & 1) != 0;
	composed->trust = (flags & 2) != 0;
	composed->chain_count = composed->record_count = 0;
	for (int i = 0; i < 4; i++) {
		names[i].rdns = gene(&genes);
		names[i].octets = gene(&genes);
		names[i].string = gene(&genes);
	}
	for (unsigned i = 0; i < certificates; i++) {
		struct der whole = { 0 };
		const struct compose_key *key = put_certificate(&whole, &genes, names, i,
			composed->name_count);
		composed->key = i == 0 ? key->pair : composed->key;
		if (total + whole.size > COMPOSE_SIZE_MAX) {
			der_clear(&whole);
			continue;
		}
		total += whole.size;
		composed->chain[composed->chain_count++] = (struct dance_octets){
			whole.octets, whole.size
		};
	}
	for (size_t i = 0; i < records; i++) {
		put_record(composed, &genes);
	}
}

void compose_clear(struct composed *composed)
{
	for (size_t i = 0; i < composed->chain_count; i++) {
		free((void *)(uintptr_t)composed->chain[i].data);
	}
}
