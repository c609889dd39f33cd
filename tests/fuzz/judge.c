/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance_judge() as a whole. Input: an octet of settings, the time, a name, how many
 * certificates and these, then records to the end. The data of a record stands there or is
 * made from one of the certificates, since no mutation finds a digest. */

#include "dance.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der_certificate.h"
#include "input.h"
#include "peer.h"
#include "target.h"
#include "tlsa.h"

#define CHAIN_MAX (DANCE_CHAIN_MAX + 4)
#define COUNT_MAX (TLSA_RECORD_MAX + 8)

enum setting {
	USAGES = 0x0f,
	SERVER = 0x10,
	TRUST = 0x20,
	RAW_KEY = 0x40,
	NAMED = 0x80,
};

struct question {
	struct dance_peer peer;
	struct dance_octets chain[CHAIN_MAX];
	const char *name;
	struct dance_options options;
	struct dance_tlsa records[COUNT_MAX];
	size_t count;
};

static const struct dance_trust *trust(void)
{
	static struct dance_trust *roots;
	char error[DANCE_ERROR_SIZE];
	if (roots == NULL) {
		roots = dance_trust_new(FUZZ_ROOTS, error);
		must(roots != NULL);
	}
	return roots;
}

/* What a record has to hold to be of this certificate or key (RFC 6698 2.1). */
static struct dance_octets association(struct input *input, struct dance_octets shown,
	bool raw_key, uint8_t selector, uint8_t matching)
{
	if (selector == TLSA_SPKI && !raw_key && !der_certificate_spki(shown, &shown)) {
		return (struct dance_octets){ NULL, 0 };
	}
	if (matching == TLSA_FULL) {
		return input_copy(input, shown.data, shown.size);
	}
	unsigned char digest[TLSA_SHA512_SIZE];
	bool long_one = matching == TLSA_SHA512;
	must(gnutls_hash_fast(long_one ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256, shown.data,
		     shown.size, digest) == 0);
	return input_copy(input, digest, long_one ? TLSA_SHA512_SIZE : TLSA_SHA256_SIZE);
}

static void read_record(struct input *input, const struct dance_peer *peer,
	struct dance_tlsa *record)
{
	record->usage = input_octet(input);
	record->selector = input_octet(input);
	record->matching = input_octet(input);
	uint8_t of = input_octet(input);
	struct dance_octets octets = of < peer->chain_count ?
		association(input, peer->chain[of], peer->raw_key, record->selector,
			record->matching) :
		input_octets(input);
	record->data = octets.data;
	record->size = octets.size;
}

static void read_question(struct input *input, struct question *question)
{
	uint8_t settings = input_octet(input);
	uint32_t at = input_number(input);
	question->options = (struct dance_options){
		.size = sizeof(struct dance_options),
		.usages = settings & USAGES,
		.role = settings & SERVER ? DANCE_SERVER : DANCE_CLIENT,
		.trust = settings & TRUST ? trust() : NULL,
		.at = at != 0 ? at :
				1, /* never the time of day: an input means one thing */
	};
	question->name = input_text(input);
	if ((settings & NAMED) == 0) {
		question->name = NULL;
	}
	question->peer = (struct dance_peer){
		.size = sizeof(struct dance_peer),
		.chain = question->chain,
		.raw_key = settings & RAW_KEY,
	};
	size_t certificates = input_octet(input);
	while (question->peer.chain_count < certificates &&
		question->peer.chain_count < CHAIN_MAX) {
		question->chain[question->peer.chain_count++] = input_octets(input);
	}
	question->count = 0;
	while (input->size > 0 && question->count < COUNT_MAX) {
		read_record(input, &question->peer, &question->records[question->count++]);
	}
}

static void check_text(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);
	must(end != NULL);
	for (; text < end; text++) {
		must(*text >= ' ' && *text <= '~');
	}
}

static void check_line(const struct dance_result *result)
{
	char line[DANCE_LINE_SIZE], cut[40];
	must(dance_result_line(result, line, sizeof(line)) == line);
	check_text(line, sizeof(line));
	must(strlen(line) < sizeof(line) - 1);
	must(dance_result_line(result, cut, sizeof(cut)) == cut);
	/* A reason that is cut ends otherwise. */
	size_t size = strlen(cut);
	must(size < sizeof(cut));
	must(strncmp(cut, line, size) == 0 ||
		(size >= 4 && strcmp(cut + size - 4, "...)") == 0 &&
			strncmp(cut, line, size - 4) == 0));
}

/* Is the record that let the peer in one that could? */
static bool is_proof(struct input *input, const struct question *question,
	const struct dance_tlsa *record)
{
	unsigned usages = question->options.usages != 0 ? question->options.usages :
							  DANCE_DANE_TA | DANCE_DANE_EE;
	if (!tlsa_is_usable(record) || (usages & 1u << record->usage) == 0) {
		return false;
	}
	if (question->peer.raw_key &&
		(record->usage != TLSA_DANE_EE || record->selector != TLSA_SPKI)) {
		return false;
	}
	bool pkix = record->usage == TLSA_PKIX_TA || record->usage == TLSA_PKIX_EE;
	if ((pkix && question->options.trust == NULL) ||
		(record->usage != TLSA_DANE_EE && question->name == NULL)) {
		return false;
	}
	if (record->usage == TLSA_DANE_TA || record->usage == TLSA_PKIX_TA) {
		return true; /* of one above the leaf: what leads there is not seen here */
	}
	struct dance_octets leaf = association(input, question->chain[0],
		question->peer.raw_key, record->selector, record->matching);
	return leaf.data != NULL && leaf.size == record->size &&
		memcmp(leaf.data, record->data, leaf.size) == 0;
}

static bool is_proved(struct input *input, const struct question *question,
	const struct dance_result *result)
{
	bool proved = false;
	for (size_t i = 0; i < question->count && !proved; i++) {
		const struct dance_tlsa *record = &question->records[i];
		proved = record->usage == result->usage &&
			record->selector == result->selector &&
			record->matching == result->matching &&
			is_proof(input, question, record);
	}
	return proved && question->count <= TLSA_RECORD_MAX;
}

static enum dance_verdict judge(struct input *input, const struct question *question)
{
	struct dance_result result = { .size = sizeof(result) };
	memset(&result, 0xa5, sizeof(result));
	result.size = sizeof(result);
	enum dance_verdict verdict = dance_judge(&question->peer, question->name,
		question->records, question->count, &question->options, &result);
	must(verdict == result.verdict);
	must(verdict != DANCE_UNDECIDED);
	must(dance_verdict_class(verdict) != DANCE_CLASS_FAIL);
	must(result.has_record == (verdict == DANCE_ALLOW));
	must(verdict != DANCE_ALLOW || is_proved(input, question, &result));
	must(result.has_key == (verdict != DANCE_DENY_CREDENTIAL));
	check_text(result.name, sizeof(result.name));
	check_text(result.detail, sizeof(result.detail));
	check_line(&result);
	return verdict;
}

/* A peer of which only digests are known is allowed by nothing that would not allow it whole, and
 * by each record of usage 3 that it can be compared with. */
static void check_digests(const struct question *question, enum dance_verdict whole)
{
	struct dance_result result = { .size = sizeof(result) };
	struct dance_octets leaf = question->chain[0], spki = leaf;
	unsigned char key[TLSA_SHA256_SIZE], certificate[TLSA_SHA256_SIZE];
	if (question->peer.chain_count == 0 || whole == DANCE_DENY_CREDENTIAL) {
		return;
	}
	must(question->peer.raw_key || der_certificate_spki(leaf, &spki));
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.size, key) == 0);
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, leaf.data, leaf.size, certificate) == 0);
	struct dance_peer peer = question->peer;
	peer.chain_count = 0;
	peer.key_sha256 = key;
	peer.certificate_sha256 = certificate;
	enum dance_verdict verdict = dance_judge(&peer, question->name, question->records,
		question->count, &question->options, &result);
	must(dance_verdict_class(verdict) != DANCE_CLASS_FAIL);
	must(verdict != DANCE_ALLOW ||
		(whole == DANCE_ALLOW && result.usage == TLSA_DANE_EE &&
			result.matching != TLSA_SHA512));
	must(result.has_key);
	check_text(result.detail, sizeof(result.detail));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct question question;
	read_question(&input, &question);
	enum dance_verdict verdict = judge(&input, &question);

	for (size_t i = 0; i < question.count / 2; i++) {
		struct dance_tlsa record = question.records[i];
		question.records[i] = question.records[question.count - 1 - i];
		question.records[question.count - 1 - i] = record;
	}
	must(judge(&input, &question) == verdict); /* their order means nothing */
	check_digests(&question, verdict);
	input_end(&input);
	return 0;
}
