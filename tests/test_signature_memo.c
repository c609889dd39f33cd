/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signatures are found out once, and of those that are known nothing is asked again. */

#include "certificate.h"
#include "check.h"
#include "make_certificate.h"
#include "signature_memo.h"

#include <gnutls/crypto.h>

static struct signature_memo memo;
static struct work work;
static bool hashing_fails;

int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);
int __real_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);

int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest)
{
	return hashing_fails ? GNUTLS_E_HASH_FAILED :
			       __real_gnutls_hash_fast(algorithm, text, size, digest);
}

static void what_came_out_is_kept(void **state)
{
	(void)state;
	static const unsigned char a[SIGNATURE_DIGEST_SIZE] = "a",
				   b[SIGNATURE_DIGEST_SIZE] = "b";
	memo.count = 0;
	assert_int_equal(signature_memo_recall(&memo, a, b, true), SIGNATURE_UNCHECKED);
	signature_memo_keep(&memo, a, b, SIGNATURE_UNCHECKED);
	assert_int_equal(memo.count, 0);
	signature_memo_keep(&memo, b, b, SIGNATURE_WRONG);
	assert_int_equal(signature_memo_recall(&memo, b, b, true), SIGNATURE_WRONG);
	assert_int_equal(signature_memo_recall(&memo, b, a, true), SIGNATURE_UNCHECKED);
	assert_int_equal(signature_memo_recall(&memo, a, b, true), SIGNATURE_UNCHECKED);
	/* A signature is by one key. */
	signature_memo_keep(&memo, a, b, SIGNATURE_GOOD);
	assert_int_equal(signature_memo_recall(&memo, a, b, true), SIGNATURE_GOOD);
	assert_int_equal(signature_memo_recall(&memo, a, a, true), SIGNATURE_WRONG);
	/* Or by a key that has two forms. */
	assert_int_equal(signature_memo_recall(&memo, a, a, false), SIGNATURE_UNCHECKED);
	assert_int_equal(signature_memo_recall(&memo, b, a, true), SIGNATURE_UNCHECKED);
	/* Each octet of a digest counts. */
	unsigned char like_a[SIGNATURE_DIGEST_SIZE] = "a",
		      like_b[SIGNATURE_DIGEST_SIZE] = "b";
	like_a[SIGNATURE_DIGEST_SIZE - 1] = like_b[SIGNATURE_DIGEST_SIZE - 1] = 1;
	assert_int_equal(signature_memo_recall(&memo, like_a, b, true),
		SIGNATURE_UNCHECKED);
	assert_int_equal(signature_memo_recall(&memo, a, like_b, false),
		SIGNATURE_UNCHECKED);
	while (memo.count < SIGNATURE_MEMO_MAX) {
		signature_memo_keep(&memo, a, a, SIGNATURE_WRONG);
	}
	signature_memo_keep(&memo, b, a, SIGNATURE_GOOD);
	assert_int_equal(memo.count, SIGNATURE_MEMO_MAX);
	assert_int_equal(signature_memo_recall(&memo, b, a, true), SIGNATURE_UNCHECKED);
	assert_int_equal(signature_memo_recall(&memo, a, b, true), SIGNATURE_GOOD);
}

static uint32_t spent_for(struct certificate *certificate, const struct credential *by,
	enum signature expected)
{
	struct association key;
	struct dance_octets digest;
	association_of_key(&key, by->whole[TLSA_SPKI]);
	assert_true(association_get(&key, TLSA_SPKI, TLSA_SHA256, NULL, &digest));
	uint32_t before = work.left;
	assert_int_equal(signature_memo_check(&memo, certificate, &key, &work), expected);
	return before - work.left;
}

static void a_signature_is_paid_for_once(void **state)
{
	(void)state;
	struct credential root, namesake, below;
	struct certificate of_root, of_below;
	make_certificate(&root,
		&(struct wish){ .key = KEY_P256, .common_name = "root", .authority = true });
	make_certificate(&namesake,
		&(struct wish){ .key = KEY_P256, .common_name = "root", .authority = true });
	make_certificate(&below,
		&(struct wish){
			.key = KEY_ED25519, .issuer = &root, .common_name = "below" });
	work_begin(&work);
	memo.count = 0;
	assert_true(certificate_read(&of_root, root.whole[0], &work));
	assert_true(certificate_read(&of_below, below.whole[0], &work));
	assert_true(spent_for(&of_below, &namesake, SIGNATURE_WRONG) > 1700);
	assert_true(spent_for(&of_below, &root, SIGNATURE_GOOD) > 1700);
	/* Then only for looking. */
	assert_int_equal(spent_for(&of_below, &root, SIGNATURE_GOOD), 1);
	assert_int_equal(spent_for(&of_below, &namesake, SIGNATURE_WRONG), 1);
	/* It issued itself: with its own key tried first, no other one is. */
	uint32_t one = spent_for(&of_root, &namesake, SIGNATURE_WRONG);
	assert_true(one > 1700 && one < 2 * 1700);
	assert_int_equal(memo.count, 3);
	assert_int_equal(spent_for(&of_root, &root, SIGNATURE_GOOD), 1);
	/* For two looks, and for comparing its names. */
	assert_int_equal(spent_for(&of_root, &below, SIGNATURE_WRONG), 3);
	memo.count = 16;
	assert_int_equal(spent_for(&of_below, &root, SIGNATURE_GOOD), 2);
	memo.count = 3;
	/* Another certificate at the same place is not taken for it. */
	assert_true(certificate_read(&of_below, namesake.whole[0], &work));
	assert_true(spent_for(&of_below, &root, SIGNATURE_WRONG) > 1700);
	clear_certificate(&root);
	clear_certificate(&namesake);
	clear_certificate(&below);
}

static void without_work_nothing_is_known(void **state)
{
	(void)state;
	struct credential root;
	struct certificate certificate;
	struct association key;
	make_certificate(&root, &(struct wish){ .key = KEY_P256, .common_name = "root" });
	association_of_key(&key, root.whole[TLSA_SPKI]);
	work_begin(&work);
	memo.count = 0;
	assert_true(certificate_read(&certificate, root.whole[0], &work));
	work = (struct work){ .left = 100 };
	assert_int_equal(signature_memo_check(&memo, &certificate, &key, &work),
		SIGNATURE_UNCHECKED);
	assert_true(work.spent);
	assert_int_equal(memo.count, 0);
	clear_certificate(&root);
}

static void without_a_digest_nothing_is_known(void **state)
{
	(void)state;
	struct credential root;
	struct certificate certificate;
	struct association key;
	struct dance_octets digest;
	make_certificate(&root, &(struct wish){ .key = KEY_P256, .common_name = "root" });
	association_of_key(&key, root.whole[TLSA_SPKI]);
	work_begin(&work);
	memo.count = 0;
	assert_true(certificate_read(&certificate, root.whole[0], &work));
	assert_true(association_get(&certificate.own, TLSA_CERTIFICATE, TLSA_SHA256, &work,
		&digest));
	hashing_fails = true;
	assert_int_equal(signature_memo_check(&memo, &certificate, &key, &work),
		SIGNATURE_UNCHECKED);
	hashing_fails = false;
	assert_non_null(work.failed);
	assert_false(work.spent);
	assert_int_equal(memo.count, 0);
	assert_int_equal(signature_memo_check(&memo, &certificate, &key, &work),
		SIGNATURE_GOOD);
	clear_certificate(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_out_is_kept),
		cmocka_unit_test(a_signature_is_paid_for_once),
		cmocka_unit_test(without_work_nothing_is_known),
		cmocka_unit_test(without_a_digest_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
