/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads trust anchors, and passes on those that are of use, record by record. Without one of the
 * root nothing can be proved, not even that a name is not signed (RFC 4035 4.3): that is an error
 * here, not an empty list. */

#include "root_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zone_text.h"

#define TYPE_DS 43
#define TYPE_DNSKEY 48

#define RDATA_MAX 2048 /* an RSA key of 8192 bits is half of that */

#define FLAG_ZONE 0x0100   /* RFC 4034 2.1.1 */
#define FLAG_REVOKE 0x0080 /* RFC 5011 7 */

static const char flagged_revoked[] = "it is revoked";
static const char stated_revoked[] = "its state is not valid: it is revoked";

/* What unbound, which keeps such a file (RFC 5011), writes behind a record. */
#define STATE_PENDING '1' /* a new key, which has to be there for a while */
#define STATE_VALID '2'
#define STATE_MISSING '3' /* a valid key that the root does not have */
#define STATE_REVOKED '4'
#define STATE_REMOVED '5'

/* RFC 8624 3.1: what a validator has to know and what is not SHA-1. */
static const struct algorithm {
	unsigned number;
	const char *name;
	size_t key_size; /* 0: RSA */
} algorithms[] = {
	{ 8, "RSASHA256", 0 },
	{ 10, "RSASHA512", 0 },
	{ 13, "ECDSAP256SHA256", 64 },
	{ 14, "ECDSAP384SHA384", 96 },
	{ 15, "ED25519", 32 },
	{ 16, "ED448", 57 },
};
#define ALGORITHM_COUNT (sizeof(algorithms) / sizeof(algorithms[0]))

#define RSA_SIZE_MIN 128 /* octets of the modulus */

struct rdata {
	unsigned char octets[RDATA_MAX];
	size_t size;
};

/* What was found in a file so far. */
struct finding {
	root_key_each each;
	root_key_each kept; /* or NULL */
	void *arg;
	bool found;                 /* an anchor of the root */
	bool revoked;               /* one that was, by what the file says */
	bool elsewhere;             /* only one of another name */
	char why[DANCE_ERROR_SIZE]; /* what is wrong with the first one that cannot be used */
};

static bool put_octet(struct rdata *to, unsigned octet)
{
	if (to->size == sizeof(to->octets)) {
		return false;
	}
	to->octets[to->size++] = (unsigned char)octet;
	return true;
}

static int hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int base64_value(unsigned char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* The rest of the words as digits of so many bits each (RFC 4648), separated anywhere. */
static const char *put_digits(struct rdata *to, const struct dance_octets *words,
	size_t count, unsigned bits)
{
	unsigned pending = 0, pending_bits = 0;
	bool ended = false;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < words[i].size; k++) {
			unsigned char c = words[i].data[k];
			if (bits == 6 && c == '=') {
				ended = true;
				continue;
			}
			int value = bits == 6 ? base64_value(c) : hex_value(c);
			if (value < 0 || ended) {
				return bits == 6 ? "its key is not base64" :
						   "its data is not hexadecimal";
			}
			pending = (pending << bits | (unsigned)value) & 0xffff;
			pending_bits += bits;
			if (pending_bits < 8) {
				continue;
			}
			pending_bits -= 8;
			if (!put_octet(to, pending >> pending_bits & 0xff)) {
				return "it is too long";
			}
		}
	}
	return pending_bits >= bits ? "its data is cut short" : NULL;
}

static bool put_number(struct rdata *to, const struct dance_octets *word, unsigned max)
{
	unsigned number;
	if (!zone_word_number(word, max, &number)) {
		return false;
	}
	return (max <= 255 || put_octet(to, number >> 8)) && put_octet(to, number & 0xff);
}

static bool put_algorithm(struct rdata *to, const struct dance_octets *word)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (zone_word_is(word, algorithms[i].name)) {
			return put_octet(to, algorithms[i].number);
		}
	}
	return put_number(to, word, 255);
}

/* RFC 3597 5: "\# SIZE HEX". */
static const char *read_generic(struct rdata *rdata, const struct dance_octets *words,
	size_t count)
{
	unsigned size;
	if (count < 2 || !zone_word_number(&words[1], 65535, &size)) {
		return "the length of its data is missing";
	}
	const char *why = put_digits(rdata, words + 2, count - 2, 4);
	return why == NULL && rdata->size != size ?
		"its data does not have the stated length" :
		why;
}

static const char *read_rdata(struct rdata *rdata, unsigned type,
	const struct dance_octets *words, size_t count)
{
	if (count > 0 && zone_word_is(&words[0], "\\#")) {
		return read_generic(rdata, words, count);
	}
	if (count < 4) {
		return "it is incomplete";
	}
	bool read = put_number(rdata, &words[0], 65535);
	if (type == TYPE_DS) {
		read = read && put_algorithm(rdata, &words[1]) &&
			put_number(rdata, &words[2], 255);
	} else {
		read = read && put_number(rdata, &words[1], 255) &&
			put_algorithm(rdata, &words[2]);
	}
	if (!read) {
		return "its numbers cannot be read";
	}
	return put_digits(rdata, words + 3, count - 3, type == TYPE_DS ? 4 : 6);
}

static const struct algorithm *find_algorithm(unsigned number)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (algorithms[i].number == number) {
			return &algorithms[i];
		}
	}
	return NULL;
}

/* RFC 3110 2. Octets that a short key does not have are zero (take()). */
static bool is_rsa_key(const unsigned char *key, size_t size)
{
	size_t head = 1, exponent = key[0];
	if (exponent == 0) {
		head = 3;
		exponent = (size_t)key[1] << 8 | key[2];
	}
	return exponent != 0 && size >= head + exponent + RSA_SIZE_MIN;
}

/* RFC 4034 5.1, RFC 4509, RFC 6605. */
static const char *ds_fault(const struct rdata *rdata)
{
	if (rdata->size < 4) {
		return "it is incomplete";
	}
	if (find_algorithm(rdata->octets[2]) == NULL) {
		return "its algorithm is not 8, 10, 13, 14, 15 or 16";
	}
	size_t digest = rdata->size - 4;
	switch (rdata->octets[3]) {
	case 2:
		return digest == 32 ? NULL :
				      "its digest does not have the 32 octets of type 2";
	case 4:
		return digest == 48 ? NULL :
				      "its digest does not have the 48 octets of type 4";
	default:
		return "its digest type is neither 2 nor 4";
	}
}

/* RFC 4034 2.1. */
static const char *dnskey_fault(const struct rdata *rdata)
{
	if (rdata->size < 4) {
		return "it is incomplete";
	}
	unsigned flags = (unsigned)rdata->octets[0] << 8 | rdata->octets[1];
	if ((flags & FLAG_ZONE) == 0 || rdata->octets[2] != 3) {
		return "it is not a zone key";
	}
	if ((flags & FLAG_REVOKE) != 0) {
		return flagged_revoked;
	}
	const struct algorithm *algorithm = find_algorithm(rdata->octets[3]);
	if (algorithm == NULL) {
		return "its algorithm is not 8, 10, 13, 14, 15 or 16";
	}
	size_t size = rdata->size - 4;
	bool whole = algorithm->key_size != 0 ? size == algorithm->key_size :
						is_rsa_key(rdata->octets + 4, size);
	return whole ? NULL : "its key has the wrong length for its algorithm";
}

/* 0: none is written. */
static unsigned char state_of(const struct zone_record *record)
{
	static const char mark[] = ";;state=";
	const struct dance_octets *comment = &record->comment;
	if (comment->data == NULL) {
		return 0;
	}
	/* With the semicolon that begins it. */
	const unsigned char *at = memmem(comment->data - 1, comment->size + 1, mark,
		strlen(mark));
	const unsigned char *end = comment->data + comment->size;
	return at == NULL || at + strlen(mark) == end ? 0 : at[strlen(mark)];
}

/* Only keys in the states VALID and MISSING are trusted (RFC 5011 4.2). Those in REVOKED and
 * REMOVED were. */
static const char *state_fault(unsigned char state)
{
	switch (state) {
	case 0:
	case STATE_VALID:
	case STATE_MISSING:
		return NULL;
	case STATE_REVOKED:
	case STATE_REMOVED:
		return stated_revoked;
	default:
		return "its state is not valid";
	}
}

/* 0: of another type or class, and no anchor. */
static unsigned type_of(const struct zone_record *record, size_t *at)
{
	for (*at = 0; *at < record->count && *at < 2; ++*at) {
		const struct dance_octets *word = &record->words[*at];
		if (!zone_word_is(word, "IN") && !zone_word_is(word, "CLASS1") &&
			!zone_word_is_ttl(word)) {
			break;
		}
	}
	if (*at == record->count) {
		return 0;
	}
	const struct dance_octets *type = &record->words[(*at)++];
	if (zone_word_is(type, "DS") || zone_word_is(type, "TYPE43")) {
		return TYPE_DS;
	}
	return zone_word_is(type, "DNSKEY") || zone_word_is(type, "TYPE48") ? TYPE_DNSKEY :
									      0;
}

static bool pass_on(root_key_each each, void *arg, const char *owner, unsigned type,
	const struct rdata *rdata)
{
	char record[ZONE_TEXT_NAME_SIZE + 64 + 2 * RDATA_MAX];
	int used = snprintf(record, sizeof(record), "%s IN TYPE%u \\# %zu ", owner, type,
		rdata->size);
	for (size_t i = 0; i < rdata->size; i++) {
		used += snprintf(record + used, sizeof(record) - (size_t)used, "%02x",
			rdata->octets[i]);
	}
	return each(arg, record);
}

static void take(struct finding *finding, const struct zone_record *record)
{
	struct rdata rdata = { .size = 0 };
	size_t at;
	if (zone_word_is(&record->directive, "$INCLUDE") && *finding->why == '\0') {
		snprintf(finding->why, sizeof(finding->why),
			"no usable key of the root; the "
			"$INCLUDE in line %u is not followed",
			record->line);
	}
	unsigned type = type_of(record, &at);
	if (type == 0 || *record->owner == '\0' || *record->owner == '#') {
		return;
	}
	bool is_root = strcmp(record->owner, ".") == 0;
	finding->elsewhere = finding->elsewhere || !is_root;
	const char *why = record->count > ZONE_TEXT_WORD_MAX ?
		"it is too long" :
		read_rdata(&rdata, type, record->words + at, record->count - at);
	if (why == NULL) {
		why = type == TYPE_DS ? ds_fault(&rdata) : dnskey_fault(&rdata);
	}
	unsigned char state = state_of(record);
	if (why == NULL && finding->kept != NULL &&
		(state == STATE_PENDING || state == STATE_MISSING)) {
		(void)pass_on(finding->kept, finding->arg, record->owner, type, &rdata);
	}
	if (why == NULL) {
		why = state_fault(state);
	}
	if (why == NULL &&
		!pass_on(finding->each, finding->arg, record->owner, type, &rdata)) {
		why = "libunbound rejects it";
	}
	if (why == NULL) {
		finding->found = finding->found || is_root;
		return;
	}
	finding->revoked = finding->revoked ||
		(is_root && (why == flagged_revoked || why == stated_revoked));
	if (*finding->why == '\0') {
		snprintf(finding->why, sizeof(finding->why),
			"no usable key of the root; the %s record in line %u cannot be used: %s",
			type == TYPE_DS ? "DS" : "DNSKEY", record->line, why);
	}
}

enum root_key_file root_key_parse(struct dance_octets octets, root_key_each each,
	root_key_each kept, void *arg, char why[DANCE_ERROR_SIZE])
{
	struct finding finding = { .each = each, .kept = kept, .arg = arg };
	struct zone_text text;
	struct zone_record record;
	zone_text_begin(&text, octets);
	while (zone_text_next(&text, &record)) {
		take(&finding, &record);
	}
	if (finding.found) {
		return ROOT_KEY_USABLE;
	}
	if (*finding.why == '\0') {
		snprintf(finding.why, sizeof(finding.why),
			"no DS or DNSKEY record of the root%s",
			finding.elsewhere ? ", only records of other names" : "");
	}
	memcpy(why, finding.why, sizeof(finding.why));
	return finding.revoked ? ROOT_KEY_REVOKED : ROOT_KEY_UNUSABLE;
}

enum root_key_file root_key_read(const char *path, root_key_each each, root_key_each kept,
	void *arg, char why[DANCE_ERROR_SIZE])
{
	char reason[DANCE_ERROR_SIZE] = "it cannot be read";
	enum root_key_file worth = ROOT_KEY_UNUSABLE;
	const size_t room = ROOT_KEY_FILE_MAX + 1; /* one more shows that there is more */
	unsigned char *octets = malloc(room);
	FILE *file = octets != NULL ? fopen(path, "re") : NULL;
	if (file == NULL) {
		snprintf(reason, sizeof(reason), "%s", strerror(errno));
		goto out;
	}
	size_t size = fread(octets, 1, room, file);
	if (ferror(file) != 0) {
		snprintf(reason, sizeof(reason), "%s", strerror(errno));
	} else if (size > ROOT_KEY_FILE_MAX) {
		snprintf(reason, sizeof(reason), "it is larger than %d octets",
			ROOT_KEY_FILE_MAX);
	} else {
		worth = root_key_parse((struct dance_octets){ octets, size }, each, kept,
			arg, reason);
	}
	fclose(file);
out:
	free(octets);
	if (worth != ROOT_KEY_USABLE) {
		snprintf(why, DANCE_ERROR_SIZE, "trust anchor %.120s: %.120s", path,
			reason);
	}
	return worth;
}
