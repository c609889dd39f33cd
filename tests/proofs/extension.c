/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: an extension is read exactly if its value is, to its last octet, what RFC 5280 4.2.1 has
 *   it to be; then a key usage has the bits that are set, the purposes are those of clientAuth
 *   and serverAuth that are listed, basic constraints have the CA bit and the path length that
 *   stand there, and a key identifier is the whole of it; extension_kind() knows each extension
 *   by its whole OID; nothing else is read.
 * Sources: src/extension.c
 * Contracts: der_take() takes a value of this tag if one is there, as the proof of der_take has
 *   it, from within what it is given; general_name_take() and der_is_oid() give any answer;
 *   der_boolean(), der_unsigned(), der_is_integer() and der_is_bits() are as the proof of
 *   der_content has them.
 * Assumes: each value takes one octet of what contains it, and has an object of its own for its
 *   content; at most 4 values in a list, OIDs of 9 octets and key usages of 3.
 * Unwind: 10 harness.0:17 extension_kind.0:12 judge_key_usage.0:25
 * Edit: src/der.h 's/^static inline bool (der_take)\(/bool \1(struct dance_octets *values,
 *   unsigned char tag, struct dance_octets *content);static inline bool \1_itself(/'
 * Limit: 60 s */

#include "extension.h"

#include "der.h"
#include "general_name.h"

#include "proof.h"

/* Where the values are: that of the extension, a list in it, names in the second of these; then
 * the octets of a BIT STRING, and those in each value of the list. */
enum place {
	VALUE = 0,
	LIST = VALUE + 2,
	NAMES = LIST + 4,
	PLACES = NAMES + 2,
	BITS = PLACES,
	CONTENT = BITS + 4,
	CONTENT_SIZE = 9,
	END = CONTENT + 4 * CONTENT_SIZE,
};

/* At its end: an octet too many is out of bounds. */
static unsigned char octets[END];
static uint8_t tags[PLACES], sizes[PLACES]; /* of the content; of a list, how many values */
static bool well_formed[PLACES];
static uint8_t truths[PLACES];
static uint32_t numbers[PLACES];

static size_t inside(size_t place)
{
	return place < LIST ? (tags[place] == 0x03 ? BITS + 4 - sizes[place] : LIST) :
		tags[place] == 0xa1 ? NAMES :
				      CONTENT + (place - LIST) * CONTENT_SIZE;
}

bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content)
{
	size_t place = (size_t)(values->data - octets);
	must(place < NAMES || values->size == 0, "values are taken from what has some");
	if (values->size == 0 || tags[place] != tag) {
		return false;
	}
	*content = (struct dance_octets){ octets + inside(place), sizes[place] };
	values->data++;
	values->size--;
	return true;
}

/* Of which value is that the content? */
static size_t place_of(struct dance_octets content)
{
	size_t at = (size_t)(content.data - octets);
	for (size_t i = 0; i < NAMES - LIST; i++) {
		if (at == CONTENT + i * CONTENT_SIZE) {
			must(content.size == sizes[LIST + i], "all of it is read");
			return LIST + i;
		}
	}
	must(false, "the content of a value is read");
	return LIST;
}

bool der_boolean(struct dance_octets content, bool *value)
{
	*value = truths[place_of(content)] != 0;
	return well_formed[place_of(content)];
}

bool der_unsigned(struct dance_octets content, uint32_t *value)
{
	*value = numbers[place_of(content)];
	return well_formed[place_of(content)];
}

bool der_is_integer(struct dance_octets content)
{
	return well_formed[place_of(content)];
}

bool der_is_oid(struct dance_octets content)
{
	return well_formed[place_of(content)];
}

bool der_is_bits(struct dance_octets content)
{
	return content.size > 0 && content.data[0] <= (content.size > 1 ? 7 : 0);
}

bool general_name_take(struct dance_octets *values, struct general_name *name)
{
	size_t place = (size_t)(values->data - octets);
	must(values->size > 0 && place >= LIST && place < PLACES, "there is a name");
	name->form = NAME_OTHER;
	name->content = (struct dance_octets){ values->data++, 1 };
	values->size--;
	return well_formed[place];
}

static bool all_well_formed(size_t from, size_t count)
{
	bool all = count > 0;
	for (size_t i = 0; i < 4; i++) {
		all = all && (i >= count || well_formed[from + i]);
	}
	return all;
}

/* Is there a value of this tag in the list? */
static bool is(unsigned char tag, size_t place)
{
	return place - LIST < sizes[VALUE] && tags[place] == tag;
}

static void judge_key_usage(struct dance_octets value)
{
	unsigned usage;
	bool taken = extension_key_usage(value, &usage);
	const unsigned char *bits = octets + BITS + 4 - sizes[VALUE];
	size_t unused = bits[0], count = (sizes[VALUE] - (size_t)1) * 8 - unused;
	bool is_bits = value.size == 1 && tags[VALUE] == 0x03 && sizes[VALUE] > 0 &&
		unused <= (sizes[VALUE] > 1 ? 7u : 0u);
	bool any = false, same = true;
	for (size_t i = 0; i < 24; i++) {
		bool set = is_bits && i < count &&
			(bits[1 + i / 8] >> (7 - i % 8) & 1) == 1;
		any |= set;
		same &= set == (usage >> i & 1) || i >= 16;
	}
	must(taken == any, "a key usage has at least one bit");
	must(!taken || (same && usage >> 16 == 0), "its bits are those that are set");
}

static bool is_purpose(size_t place, unsigned char last)
{
	const unsigned char *oid = octets + CONTENT + (place - LIST) * CONTENT_SIZE;
	return sizes[place] == 8 && oid[0] == 0x2b && oid[1] == 6 && oid[2] == 1 &&
		oid[3] == 5 && oid[4] == 5 && oid[5] == 7 && oid[6] == 3 && oid[7] == last;
}

static void judge_ext_key_usage(struct dance_octets value, bool is_list)
{
	unsigned purposes, listed = 0;
	bool taken = extension_ext_key_usage(value, &purposes);
	bool all = is_list && all_well_formed(LIST, sizes[VALUE]);
	for (size_t i = LIST; i < NAMES; i++) {
		all = all && (i - LIST >= sizes[VALUE] || tags[i] == 0x06);
		if (i - LIST < sizes[VALUE]) {
			listed |= is_purpose(i, 1) ? PURPOSE_SERVER : 0u;
			listed |= is_purpose(i, 2) ? PURPOSE_CLIENT : 0u;
		}
	}
	must(taken == all, "purposes are a list of OIDs");
	must(!taken || purposes == listed,
		"they are those of a client and a server listed");
}

static void judge_basic_constraints(struct dance_octets value, bool is_list)
{
	struct basic_constraints basic;
	bool taken = extension_basic_constraints(value, &basic);
	bool has_ca = is(0x01, LIST);
	size_t length = LIST + has_ca;
	bool has_length = is(0x02, length);
	must(taken ==
			(is_list && (!has_ca || well_formed[LIST]) &&
				(!has_length || well_formed[length]) &&
				sizes[VALUE] == (size_t)has_ca + has_length),
		"basic constraints are a BOOLEAN and an INTEGER, or less");
	must(!taken ||
			(basic.ca == (has_ca && truths[LIST] != 0) &&
				basic.has_path_length == has_length &&
				(!has_length || basic.path_length == numbers[length])),
		"they say what stands there");
}

static void judge_key_ids(struct dance_octets value, bool is_list)
{
	struct dance_octets id;
	bool taken = extension_authority_key_id(value, &id);
	bool has_id = is(0x80, LIST);
	size_t names = LIST + has_id;
	bool has_names = is(0xa1, names);
	size_t serial = names + has_names;
	bool has_serial = is(0x82, serial);
	must(taken ==
			(is_list && (!has_names || all_well_formed(NAMES, sizes[names])) &&
				(!has_serial || well_formed[serial]) &&
				sizes[VALUE] == (size_t)has_id + has_names + has_serial),
		"an authority's key identifier has its three parts, or less");
	must(!taken ||
			(has_id ? id.data == octets + CONTENT && id.size == sizes[LIST] :
				  id.data == NULL),
		"the identifier is all of it");

	taken = extension_subject_key_id(value, &id);
	must(taken == (value.size == 1 && tags[VALUE] == 0x04), "it is an OCTET STRING");
	must(!taken || (id.data == octets + LIST && id.size == sizes[VALUE]), "all of it");
}

static void judge_kind(void)
{
	static const unsigned char last[] = { 14, 15, 17, 19, 30, 32, 33, 35, 36, 37, 54 };
	size_t size = any_size(4);
	const unsigned char *oid = octets + END - size;
	enum extension_kind kind = extension_kind((struct dance_octets){ oid, size });
	unsigned any = (unsigned)any_size(EXTENSION_KIND_COUNT - 1);
	bool is_any = size == 3 && oid[0] == 0x55 && oid[1] == 0x1d && oid[2] == last[any];
	must((kind == any) == is_any, "an extension is known by its OID");
	must(kind <= EXTENSION_KIND_COUNT, "or not at all");
}

void harness(void)
{
	any_octets(octets);
	any_octets(tags);
	any_octets(sizes);
	any_octets(well_formed);
	any_octets(truths);
	any_octets(numbers);
	for (size_t i = 0; i < PLACES; i++) {
		assume(sizes[i] <= (i < LIST ? 4 : tags[i] == 0xa1 ? 2 : CONTENT_SIZE));
	}
	struct dance_octets value = { octets, any_size(2) };
	bool is_list = value.size == 1 && tags[VALUE] == 0x30;
	judge_key_usage(value);
	judge_ext_key_usage(value, is_list);
	judge_basic_constraints(value, is_list);
	judge_key_ids(value, is_list);
	must(extension_is_names(value) == (is_list && all_well_formed(LIST, sizes[VALUE])),
		"alternative names are a list of names");
	judge_kind();
	assume(is_list && sizes[VALUE] == 2);
	end_of_proof();
}
