/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a certificate is read exactly if it has the structure of RFC 5280 4.1 to its last octet
 *   and the work suffices, and each of its parts is the one that stands there; it has no fault
 *   exactly if its version permits what is in it, it names one signature algorithm, its dates and
 *   names can be read, its extensions are well-formed, none is there twice, and each of those
 *   that are processed can be read; what is critical is known, and no extension that is there is
 *   taken as absent; what limits nothing permits all.
 * Sources: none
 * Contracts: der_take() and der_next() take a value if one is there, as the proof of der_take has
 *   it, from within what it is given; what reads the content of a value, a date, a name or an
 *   extension gives any answer, always the same on the same; the work may be spent at any time.
 * Assumes: each value takes one octet of what contains it, and has an object of its own for its
 *   content; at most 3 extensions: CERTIFICATE_EXTENSION_MAX is redefined to 2.
 * Unwind: 5 harness.0:100 has_structure.0:6
 * Edit: src/der.h 's/^static inline bool (der_take)\(/bool \1(struct dance_octets *values,
 *   unsigned char tag, struct dance_octets *content);static inline bool \1_itself(/'
 * Limit: 60 s */

#include "peer_limits.h"

#undef CERTIFICATE_EXTENSION_MAX
#define CERTIFICATE_EXTENSION_MAX 2

#include "der.h"
#include "octets.h"

#define der_next any_value
#define octets_equal is_same
static bool any_value(struct dance_octets *values, unsigned char *tag,
	struct dance_octets *content);
static bool is_same(struct dance_octets a, struct dance_octets b);

#include "../src/certificate.c"

#include "proof.h"

/* Where the values are that stand in one: the certificate, its body, the tbsCertificate, the
 * algorithm; for each value of the tbsCertificate a place for what is in it; the list of
 * extensions, and what is in each. */
enum place {
	WHOLE = 0,
	BODY = WHOLE + 2,
	TBS = BODY + 4,
	ALGORITHM = TBS + 11,
	IN_TBS = ALGORITHM + 3,
	LIST = IN_TBS + 11 * 3,
	IN_LIST = LIST + 3,
	PLACES = IN_LIST + 3 * 4, /* and here, for each place, what else is in it */
};

static const unsigned char octets[2 * PLACES];
static uint8_t tags[PLACES], sizes[PLACES]; /* how many values are in it */
static bool well_formed[PLACES], has_key, same_algorithm, self_issued;
static uint8_t truths[PLACES], kinds[PLACES], names[PLACES];
static uint32_t version;

/* What the extensions say. */
static bool readable[EXTENSION_KIND_COUNT];
static bool ca;
static unsigned usages, purposes;

static struct work work;
static struct certificate certificate;

/* Where that begins which is in a value, and how many there may be. */
static size_t inside(size_t place, size_t *room)
{
	*room = 1;
	if (place == WHOLE) {
		*room = TBS - BODY;
		return BODY;
	}
	if (place == BODY) {
		*room = ALGORITHM - TBS;
		return TBS;
	}
	if (place == BODY + 1) {
		*room = 3;
		return ALGORITHM;
	}
	if (place >= TBS && place < ALGORITHM) {
		*room = 3;
		return IN_TBS + (place - TBS) * 3;
	}
	if (place >= IN_TBS && place < LIST && tags[place] == 0x30) {
		*room = 3;
		return LIST;
	}
	if (place >= LIST && place < IN_LIST) {
		*room = 4;
		return IN_LIST + (place - LIST) * 4;
	}
	return PLACES + place;
}

static size_t place_of(struct dance_octets values)
{
	size_t place = (size_t)(values.data - octets);
	must(place < PLACES, "there are values");
	return place;
}

bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content)
{
	if (values->size == 0 || tags[place_of(*values)] != tag) {
		return false;
	}
	size_t place = place_of(*values), room;
	*content = (struct dance_octets){ octets + inside(place, &room), sizes[place] };
	values->data++;
	values->size--;
	return true;
}

static bool any_value(struct dance_octets *values, unsigned char *tag,
	struct dance_octets *content)
{
	must(values->size > 0, "there is a value");
	size_t place = place_of(*values);
	*tag = tags[place];
	values->data++;
	values->size--;
	return well_formed[place];
}

/* Of which value is that the content, that has no values itself? */
static size_t content_of(struct dance_octets content)
{
	size_t place = (size_t)(content.data - octets) - PLACES;
	must(place < PLACES && content.size == sizes[place],
		"the content of a value is read");
	return place;
}

/* Of those in the tbsCertificate the place is known by what would be in them. */
static size_t part_of(struct dance_octets content)
{
	size_t at = (size_t)(content.data - octets);
	return at >= IN_TBS && at < LIST ? TBS + (at - IN_TBS) / 3 : content_of(content);
}

bool der_is_integer(struct dance_octets content)
{
	return well_formed[part_of(content)];
}

bool der_is_oid(struct dance_octets content)
{
	return well_formed[content_of(content)];
}

bool der_is_bits(struct dance_octets content)
{
	return well_formed[part_of(content)];
}

bool der_unsigned(struct dance_octets content, uint32_t *value)
{
	*value = version;
	return well_formed[content_of(content)];
}

bool der_boolean(struct dance_octets content, bool *value)
{
	*value = truths[content_of(content)] != 0;
	return well_formed[content_of(content)];
}

bool der_is_spki(struct dance_octets spki)
{
	must(spki.data == certificate.spki.data && spki.size == 1, "it is the key");
	return has_key;
}

bool date_take(struct dance_octets *values, int64_t *seconds)
{
	if (values->size == 0) {
		return false;
	}
	size_t place = place_of(*values);
	*seconds = (int64_t)place;
	values->data++;
	values->size--;
	return well_formed[place];
}

bool work_take(struct work *of, uint32_t steps)
{
	of->spent |= nondet_bool();
	return !of->spent;
}

bool dn_is_readable(struct dance_octets name)
{
	must(name.size == 1, "a whole name");
	return well_formed[place_of(name)];
}

bool dn_is_equal(struct dance_octets a, struct dance_octets b, struct work *of)
{
	must(a.data == certificate.issuer.data && b.data == certificate.subject.data,
		"the issuer is compared with the subject");
	of->spent |= nondet_bool();
	return self_issued;
}

void association_of_certificate(struct association *of, struct dance_octets der)
{
	must(der.data == octets, "it is the certificate");
}

static bool is_same(struct dance_octets a, struct dance_octets b)
{
	if (a.data == octets + BODY + 1) {
		size_t place = place_of(b);
		must(a.size == 1 && b.size == 1 && place == TBS + (tags[TBS] == 0xa0) + 1,
			"the two algorithms are compared");
		return same_algorithm;
	}
	return names[content_of(a)] == names[content_of(b)];
}

enum extension_kind extension_kind(struct dance_octets oid)
{
	return (enum extension_kind)kinds[content_of(oid)];
}

static bool read(enum extension_kind kind, struct dance_octets value)
{
	must(value.data == certificate.extensions[kind].data &&
			value.size == certificate.extensions[kind].size,
		"each is read as what it is");
	return readable[kind];
}

bool extension_key_usage(struct dance_octets value, unsigned *key_usage)
{
	*key_usage = usages;
	return read(EXTENSION_KEY_USAGE, value);
}

bool extension_ext_key_usage(struct dance_octets value, unsigned *named)
{
	*named = purposes;
	return read(EXTENSION_EXT_KEY_USAGE, value);
}

bool extension_basic_constraints(struct dance_octets value, struct basic_constraints *basic)
{
	basic->ca = ca;
	return read(EXTENSION_BASIC_CONSTRAINTS, value);
}

bool extension_subject_key_id(struct dance_octets value, struct dance_octets *key_id)
{
	*key_id = value;
	return read(EXTENSION_SUBJECT_KEY_ID, value);
}

bool extension_authority_key_id(struct dance_octets value, struct dance_octets *key_id)
{
	*key_id = value;
	return read(EXTENSION_AUTHORITY_KEY_ID, value);
}

bool extension_is_names(struct dance_octets value)
{
	return read(EXTENSION_SUBJECT_ALT_NAME, value);
}

/* --- RFC 5280 4.1 once more ----------------------------------------------------------------- */

static bool is(unsigned char tag, size_t place, size_t begin, size_t count)
{
	return place - begin < count && tags[place] == tag;
}

/* Where the parts are; 0: not there. */
struct where {
	size_t version, serial, ids, extensions;
};

static bool has_structure(size_t size, struct where *at)
{
	size_t count = sizes[BODY], parameters = sizes[BODY + 1];
	if (size != 1 || tags[WHOLE] != 0x30 || sizes[WHOLE] != 3 || tags[BODY] != 0x30 ||
		tags[BODY + 1] != 0x30 || tags[BODY + 2] != 0x03 ||
		!well_formed[BODY + 2] || parameters < 1 || parameters > 2 ||
		tags[ALGORITHM] != 0x06 || !well_formed[ALGORITHM] ||
		(parameters == 2 && !well_formed[ALGORITHM + 1])) {
		return false;
	}
	at->version = is(0xa0, TBS, TBS, count) ? TBS : 0;
	at->serial = TBS + (at->version != 0);
	bool whole = is(0x02, at->serial, TBS, count) && well_formed[at->serial] && has_key;
	for (size_t i = 1; i <= 5; i++) {
		whole = whole && is(0x30, at->serial + i, TBS, count);
	}
	size_t next = at->serial + 6;
	at->ids = 0;
	for (unsigned char tag = 0x81; whole && tag <= 0x82; tag++) {
		if (is(tag, next, TBS, count)) {
			whole = well_formed[next];
			at->ids = next++;
		}
	}
	at->extensions = whole && is(0xa3, next, TBS, count) ? next++ : 0;
	return whole && next == TBS + count;
}

static bool is_version(const struct where *at)
{
	size_t in = IN_TBS;
	bool is_number = at->version == 0 ||
		(sizes[TBS] == 1 && tags[in] == 0x02 && well_formed[in] && version <= 2);
	unsigned number = at->version == 0 ? 1 : version + 1;
	return is_number && (at->ids == 0 || number >= 2) &&
		(at->extensions == 0 || number == 3);
}

static bool is_body(const struct where *at)
{
	size_t validity = at->serial + 3, in = IN_TBS + (validity - TBS) * 3;
	return is_version(at) && same_algorithm && sizes[validity] == 2 &&
		well_formed[in] && well_formed[in + 1] && well_formed[at->serial + 2] &&
		well_formed[at->serial + 4];
}

/* Is that an extension, is it critical, and where is its value? */
static bool is_extension(size_t place, bool *critical, size_t *value)
{
	size_t in = IN_LIST + (place - LIST) * 4;
	bool has_flag = is(0x01, in + 1, in, sizes[place]);
	*value = in + 1 + has_flag;
	*critical = has_flag && truths[in + 1] != 0;
	return tags[place] == 0x30 && is(0x06, in, in, sizes[place]) && well_formed[in] &&
		(!has_flag || well_formed[in + 1]) && is(0x04, *value, in, sizes[place]) &&
		*value - in + 1 == sizes[place];
}

/* Looks at what is known of any one kind of extension, where their list has no fault. */
static void judge_extensions(size_t count)
{
	size_t kind = any_size(EXTENSION_KIND_COUNT - 1);
	bool unknown = false, there = false, is_critical = false;
	for (size_t i = 0; i < count; i++) {
		size_t value;
		bool critical;
		(void)is_extension(LIST + i, &critical, &value);
		unsigned of = kinds[IN_LIST + i * 4];
		unknown |= critical &&
			(of == EXTENSION_KIND_COUNT || of == EXTENSION_SUBJECT_KEY_ID ||
				of == EXTENSION_AUTHORITY_KEY_ID);
		if (of == kind) {
			there = true;
			is_critical = critical;
			must(certificate.extensions[kind].data == octets + PLACES + value,
				"the value of an extension is kept");
		}
	}
	must((certificate.extensions[kind].data != NULL) == there,
		"an extension is there exactly if it is there");
	must((certificate.critical >> kind & 1) == is_critical, "is it critical?");
	must(certificate.unknown_critical == unknown, "a critical one that is unknown");
}

static bool is_list(size_t tagged, size_t *count)
{
	size_t in = IN_TBS + (tagged - TBS) * 3;
	*count = tagged == 0 ? 0 : sizes[in];
	bool is = tagged == 0 || (sizes[tagged] == 1 && tags[in] == 0x30);
	for (size_t i = 0; i < 3; i++) {
		size_t value, place = IN_LIST + i * 4;
		bool critical;
		is = is && (i >= *count || is_extension(LIST + i, &critical, &value));
		for (size_t j = 0; j < i; j++) {
			is = is && (i >= *count || names[IN_LIST + j * 4] != names[place]);
		}
	}
	return is && *count <= 2;
}

static bool is_readable(enum extension_kind kind)
{
	return certificate.extensions[kind].data == NULL || readable[kind];
}

static bool is_value(struct dance_octets slice, size_t place)
{
	return slice.data == octets + place && slice.size == 1;
}

static void judge(const struct where *at)
{
	size_t serial = at->serial, count;
	must(is_value(certificate.signed_part.tbs, BODY) &&
			is_value(certificate.signed_part.algorithm, BODY + 1) &&
			certificate.signed_part.signature.data == octets + PLACES + BODY + 2,
		"what is signed, and how");
	must(is_value(certificate.issuer, serial + 2) &&
			is_value(certificate.subject, serial + 4) &&
			is_value(certificate.spki, serial + 5),
		"the names and the key");
	must(certificate.self_issued == self_issued, "is it self-issued?");
	bool list = is_list(at->extensions, &count), body = is_body(at);
	bool meaning = is_readable(EXTENSION_BASIC_CONSTRAINTS) &&
		is_readable(EXTENSION_KEY_USAGE) && is_readable(EXTENSION_EXT_KEY_USAGE) &&
		is_readable(EXTENSION_SUBJECT_ALT_NAME) &&
		is_readable(EXTENSION_SUBJECT_KEY_ID) &&
		is_readable(EXTENSION_AUTHORITY_KEY_ID);
	must((certificate.fault == NULL) == (body && list && meaning), "has it a fault?");
	if (certificate.fault != NULL) {
		return;
	}
	judge_extensions(count);
	must(certificate.version == (at->version == 0 ? 1 : version + 1), "its version");
	size_t dates = IN_TBS + (serial + 3 - TBS) * 3;
	must(certificate.not_before == (int64_t)dates &&
			certificate.not_after == (int64_t)dates + 1,
		"its dates");
	const struct dance_octets *values = certificate.extensions;
	must(certificate.basic.ca ==
			(values[EXTENSION_BASIC_CONSTRAINTS].data != NULL && ca),
		"it is a CA only if it says so");
	must(certificate.key_usage ==
			(values[EXTENSION_KEY_USAGE].data != NULL ? usages : ~0u),
		"what its key may be used for");
	must(certificate.purposes ==
			(values[EXTENSION_EXT_KEY_USAGE].data != NULL ? purposes : ~0u),
		"its purposes");
}

void harness(void)
{
	any_octets(tags);
	any_octets(sizes);
	any_octets(well_formed);
	any_octets(truths);
	any_octets(kinds);
	any_octets(names);
	any_octets(readable);
	has_key = nondet_bool();
	same_algorithm = nondet_bool();
	self_issued = nondet_bool();
	version = nondet_unsigned();
	ca = nondet_bool();
	usages = nondet_unsigned();
	purposes = nondet_unsigned();
	for (size_t place = 0, room; place < PLACES; place++) {
		(void)inside(place, &room);
		assume(sizes[place] <= room && kinds[place] <= EXTENSION_KIND_COUNT);
	}
	/* One kind has one OID. */
	for (size_t i = 1; i < 3; i++) {
		for (size_t j = 0; j < i; j++) {
			size_t a = IN_LIST + i * 4, b = IN_LIST + j * 4;
			assume(kinds[a] == EXTENSION_KIND_COUNT || kinds[a] != kinds[b] ||
				names[a] == names[b]);
		}
	}
	struct where at;
	work.spent = nondet_bool();
	struct dance_octets der = { octets, any_size(2) };
	bool is_read = certificate_read(&certificate, der, &work);
	bool has = has_structure(der.size, &at);
	must(!is_read || (has && !work.spent),
		"it is a certificate, and the work sufficed");
	must(is_read || !has || work.spent, "else it is read");
	if (is_read) {
		judge(&at);
	}
	assume(is_read && certificate.fault == NULL && at.extensions != 0);
	end_of_proof();
}
