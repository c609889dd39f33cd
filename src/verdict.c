/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The vocabulary of outcomes: token, sentence and class of each verdict, and the one
 * line a result makes. Knows nothing of how a verdict is reached. */

#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* All that is told of a verdict stands in this one table. */
struct word {
	const char *name;
	const char *text;
	const char *advice[2]; /* by the peer's role */
	enum dance_class class;
	uint8_t rank;      /* for verdict_rank() */
	bool is_of_record; /* for verdict_is_of_record() */
};

/* clang-format off */
#define LOOKUP_ADVICE(WHOSE) "open outgoing port 53 or set 'resolver'; " \
	"else check the name servers of the " WHOSE "'s zone"
#define NOT_READY_ADVICE "try again; if it lasts, check 'trust-anchor' and outgoing port 53"
#define INTERNAL_ADVICE "see the log for what ran out: memory, threads or files"

static const struct word words[VERDICT_COUNT] = {
	[DANCE_UNDECIDED] = { "undecided", "no decision was made",
		{ "", "" },
		DANCE_CLASS_DENY, 0, false },
	[DANCE_ALLOW] = { "allow", "proved by DNS and permitted",
		{ "", "" },
		DANCE_CLASS_ALLOW, 4, true },
	[DANCE_DENY_TRANSPORT] = { "transport", "not a TLS connection",
		{ "use TLS on the client, port 853 (Knot DNS: 'tls: on')",
		"check 'primary': it must speak TLS" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_UNPROVEN] = { "unproven", "no proof of the client's key in this handshake",
		{ "nothing, if it happens once; else restart the client",
		"nothing was sent; try again" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_CREDENTIAL] = { "credential", "no readable client certificate or key",
		{ "configure a certificate and key on the client",
		"nothing was sent; ask the primary's operator for a certificate or key" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_NAME] = { "name", "the peer claims no permitted name",
		{ "if you know this client, permit its name here, or correct it on the client",
		"correct 'name'" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_NO_TLSA] = { "no-tlsa", "no TLSA record, proved by DNSSEC",
		{ "publish the client's TLSA record, or correct its name",
		"nothing was sent; ask the primary's operator to publish a TLSA record, or correct 'name'" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_INSECURE] = { "insecure", "the answer from DNS is not DNSSEC-signed",
		{ "sign the client's zone and publish its DS record, or use a name in a signed zone",
		"nothing was sent; ask the primary's operator to sign the zone" },
		DANCE_CLASS_DENY, 1, false },
	[DANCE_DENY_UNUSABLE] = { "unusable", "no usable TLSA record",
		{ "replace the client's TLSA records: 'dance tlsa' prints a usable one",
		"nothing was sent; ask the primary's operator to replace the TLSA records" },
		DANCE_CLASS_DENY, 1, true },
	[DANCE_DENY_MISMATCH] = { "mismatch", "no TLSA record matches",
		{ "publish TLSA 3 1 1 of this key, if it is really the client's",
		"nothing was sent; ask the primary's operator to publish TLSA 3 1 1 of this key" },
		DANCE_CLASS_DENY, 2, true },
	[DANCE_DENY_CHAIN] = { "chain", "the certificate chain does not lead to the matching record",
		{ "correct the client's certificates ('dance verify' shows why), or publish TLSA 3 1 1",
		"nothing was sent; ask the primary's operator to correct the certificates" },
		DANCE_CLASS_DENY, 2, true },
	[DANCE_FAIL_BOGUS] = { "bogus", "DNSSEC validation failed",
		{ "sign the client's zone again ('dance check' shows what fails)",
		"nothing was sent; ask the primary's operator to sign the zone again" },
		DANCE_CLASS_FAIL, 3, false },
	[DANCE_FAIL_LOOKUP] = { "lookup", "the TLSA lookup failed",
		{ LOOKUP_ADVICE("client"), LOOKUP_ADVICE("primary") },
		DANCE_CLASS_FAIL, 3, false },
	[DANCE_FAIL_TIMEOUT] = { "timeout", "the TLSA lookup took too long",
		{ LOOKUP_ADVICE("client"), LOOKUP_ADVICE("primary") },
		DANCE_CLASS_FAIL, 3, false },
	[DANCE_FAIL_NOT_READY] = { "not-ready", "no TLSA lookup was possible yet",
		{ NOT_READY_ADVICE, NOT_READY_ADVICE },
		DANCE_CLASS_FAIL, 3, false },
	[DANCE_FAIL_INTERNAL] = { "internal", "internal error",
		{ INTERNAL_ADVICE, INTERNAL_ADVICE },
		DANCE_CLASS_FAIL, 3, false },
};
/* clang-format on */

static const struct word *word(enum dance_verdict verdict)
{
	if ((unsigned)verdict >= VERDICT_COUNT) {
		return &words[DANCE_UNDECIDED];
	}
	return &words[verdict];
}

unsigned dance_verdict_count(void)
{
	return VERDICT_COUNT;
}

const char *dance_verdict_name(enum dance_verdict verdict)
{
	return word(verdict)->name;
}

const char *dance_verdict_text(enum dance_verdict verdict)
{
	return word(verdict)->text;
}

const char *dance_verdict_advice(enum dance_verdict verdict, enum dance_role role)
{
	return word(verdict)->advice[role == DANCE_SERVER ? 1 : 0];
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return word(verdict)->class;
}

unsigned verdict_rank(enum dance_verdict verdict)
{
	return word(verdict)->rank;
}

bool verdict_is_of_record(enum dance_verdict verdict)
{
	return word(verdict)->is_of_record;
}

void result_begin(struct dance_result *result)
{
	/* Not the strings: a warm decision should not pay for clearing them. */
	size_t size = result->size;
	memset(result, 0, offsetof(struct dance_result, name));
	result->size = size;
	result->name[0] = '\0';
	result->entry[0] = '\0';
	result->detail[0] = '\0';
	result->basis.words[0] = 0; /* never holds */
}

void result_make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

enum dance_verdict result_say(struct dance_result *result, enum dance_verdict verdict,
	const char *format, ...)
{
	result->verdict = verdict;
	result->detail[0] = '\0';
	if (format != NULL) {
		va_list args;
		va_start(args, format);
		(void)vsnprintf(result->detail, sizeof(result->detail), format, args);
		va_end(args);
		result_make_printable(result->detail);
	}
	return verdict;
}

/* Appends to a line of which `used` octets are taken; what does not fit is cut. */
static size_t append(char *line, size_t size, size_t used, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
static size_t append(char *line, size_t size, size_t used, const char *format, ...)
{
	if (used >= size) {
		return used;
	}
	va_list args;
	va_start(args, format);
	int length = vsnprintf(line + used, size - used, format, args);
	va_end(args);
	if (length < 0) {
		return used;
	}
	used += (size_t)length;
	return used < size ? used : size;
}

/* There may be a line for each transfer. */
static void write_hex(char *text, const unsigned char *octets, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < count; i++) {
		*text++ = digits[octets[i] >> 4];
		*text++ = digits[octets[i] & 15];
	}
	*text = '\0';
}

/* Appends a reason in parentheses, and where there is not room for all of it, shows that. */
static void append_reason(char *line, size_t size, size_t used, const char *reason)
{
	static const char cut[] = "...)";
	used = append(line, size, used, " (");
	size_t end = append(line, size, used, "%s)", reason);
	if (end == size && size - used >= sizeof(cut)) {
		memcpy(line + size - sizeof(cut), cut, sizeof(cut));
	}
}

char *dance_result_line(const struct dance_result *result, char *line, size_t size)
{
	if (size == 0) {
		return line;
	}
	line[0] = '\0';

	size_t used = 0;
	if (result->name[0] != '\0') {
		used = append(line, size, used, "client %s, ", result->name);
	}
	if (result->name[0] != '\0' && result->entry[0] != '\0' &&
		strcmp(result->entry, result->name) != 0) {
		used = append(line, size, used, "entry %s, ", result->entry);
	}
	if (result->has_key) {
		char key[2 * sizeof(result->key_sha256) + 1];
		write_hex(key, result->key_sha256, sizeof(result->key_sha256));
		used = append(line, size, used, "key %s, ", key);
	}
	used = append(line, size, used, "verdict %s", dance_verdict_name(result->verdict));
	if (result->has_record) {
		used = append(line, size, used, ", record %u %u %u, ttl %u", result->usage,
			result->selector, result->matching, result->ttl);
	}
	if (result->detail[0] != '\0') {
		append_reason(line, size, used, result->detail);
	} else if (result->verdict != DANCE_ALLOW) {
		append_reason(line, size, used, dance_verdict_text(result->verdict));
	}
	result_make_printable(line);
	return line;
}
