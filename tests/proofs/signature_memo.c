/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: however often and in whichever order signatures are asked about, a signature counts as good
 *   only if it is by that very key, and as anything else only if it is not; what was not found out
 *   is not kept, nor what does not fit any more; a signature is checked at most once for each
 *   question, by the key that is asked about or before that by the certificate's own.
 * Sources: none
 * Contracts: signature_check() gives any answer, always the same on the same, or none; a signature
 *   that is not of RSASSA-PSS is good by one key at most; digests are known or cannot be had.
 * Assumes: 2 certificates, a bare key and 2 questions; SIGNATURE_DIGEST_SIZE is redefined to 1,
 *   SIGNATURE_MEMO_MAX to 2.
 * Unwind: 4
 * Edit: src/signature_memo.h 's/^(#define SIGNATURE_DIGEST_SIZE) TLSA_SHA256_SIZE$/\1 1/'
 * Limit: 60 s */

#include "peer_limits.h"

#undef SIGNATURE_MEMO_MAX
#define SIGNATURE_MEMO_MAX 2

#include <string.h>

#define memcpy(to, from, size) copy_octet(to, from)
static void copy_octet(void *to, const void *from);

#include "../src/signature_memo.c"

#include "proof.h"

#define CERTIFICATES 2
#define KEYS 3
#define QUESTIONS 2

static struct certificate certificates[CERTIFICATES];
static struct association bare;
static struct signature_memo memo;
static enum signature truth[CERTIFICATES][KEYS];
static bool pss[CERTIFICATES];
static unsigned checks;
static const unsigned char octets[KEYS];

static void copy_octet(void *to, const void *from)
{
	*(unsigned char *)to = *(const unsigned char *)from;
}

int memcmp(const void *a, const void *b, size_t size)
{
	must(can_read(a, size) && can_read(b, size), "memcmp() reads what is there");
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

static size_t place_of(const struct signed_octets *of)
{
	return of == &certificates[1].signed_part;
}

enum signature signature_check(const struct signed_octets *of, struct dance_octets spki,
	struct work *work)
{
	checks++;
	must(spki.size >= 1 && spki.size <= KEYS, "it is by one of the keys");
	return nondet_bool() ? SIGNATURE_UNCHECKED : truth[place_of(of)][spki.size - 1];
}

bool signature_is_pss(const struct signed_octets *of)
{
	return pss[place_of(of)];
}

struct association *certificate_association(struct certificate *certificate)
{
	return &certificate->own;
}

bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer, struct work *work)
{
	return nondet_bool();
}

bool association_hash(struct association *of, enum tlsa_selector selector,
	enum tlsa_matching matching, struct work *work)
{
	return false; /* it has been hashed if it can be */
}

bool work_take(struct work *work, uint32_t steps)
{
	return nondet_bool();
}

/* The number of a key is its digest, and its size less one. */
static void any_association(struct association *of, unsigned char key)
{
	of->whole[TLSA_SPKI] = (struct dance_octets){ octets, key + (size_t)1 };
	of->digests[TLSA_SPKI][0][0] = key;
	of->hashed = nondet_bool() ? ~0u : 0;
}

static void any_certificate(unsigned char place)
{
	struct certificate *certificate = &certificates[place];
	certificate->self_issued = nondet_bool();
	certificate->spki = (struct dance_octets){ octets, place + (size_t)1 };
	any_association(&certificate->own, place);
	certificate->own.whole[TLSA_CERTIFICATE] = (struct dance_octets){ octets, 1 };
	certificate->own.digests[TLSA_CERTIFICATE][0][0] = place;
	pss[place] = nondet_bool();
	unsigned good = 0;
	for (unsigned key = 0; key < KEYS; key++) {
		truth[place][key] = (enum signature)nondet_unsigned();
		assume(truth[place][key] != SIGNATURE_UNCHECKED &&
			(unsigned)truth[place][key] <= SIGNATURE_UNFIT_KEY);
		good += truth[place][key] == SIGNATURE_GOOD;
	}
	assume(pss[place] || good <= 1);
}

static void judge(unsigned certificate, unsigned key, struct association *of,
	struct work *work)
{
	checks = 0;
	enum signature is = signature_memo_check(&memo, &certificates[certificate], of,
		work);
	bool good = truth[certificate][key] == SIGNATURE_GOOD;
	must(is != SIGNATURE_GOOD || good, "good is what is by this key");
	must(is == SIGNATURE_GOOD || is == SIGNATURE_UNCHECKED || !good,
		"not good is what is not");
	must(checks <= 2 && (checks <= 1 || certificates[certificate].self_issued),
		"nothing else is checked");
	must(memo.count <= 2, "no more is kept than fits");
}

/* One of all questions, each by itself, so that what it is about is known to CBMC. */
static void ask(struct work *work)
{
	unsigned question = nondet_unsigned();
	for (unsigned i = 0; i < CERTIFICATES; i++) {
		if (question == KEYS * i) {
			judge(i, 0, &certificates[0].own, work);
		} else if (question == KEYS * i + 1) {
			judge(i, 1, &certificates[1].own, work);
		} else if (question == KEYS * i + 2) {
			judge(i, 2, &bare, work);
		}
	}
}

void harness(void)
{
	struct work work;
	any_certificate(0);
	any_certificate(1);
	any_association(&bare, 2);
	for (unsigned i = 0; i < QUESTIONS; i++) {
		ask(&work);
	}
	assume(memo.count == 2 && checks == 0);
	end_of_proof();
}
