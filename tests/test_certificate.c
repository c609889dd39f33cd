/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One certificate that may stand in a path: which records are of it, and who signed it. */

#include "certificate.h"
#include "check.h"
#include "make_certificate.h"

#include <stdlib.h>
#include <string.h>

static struct credential authority, namesake, issued, other;
static struct certificate of_authority, of_namesake, of_issued;

static int make(void **state)
{
	(void)state;
	make_certificate(&authority, &(struct wish){ .key = KEY_P256,
		.common_name = "authority", .authority = true });
	make_certificate(&namesake, &(struct wish){ .key = KEY_P256,
		.common_name = "authority", .authority = true });
	make_certificate(&issued, &(struct wish){ .key = KEY_ED25519, .issuer = &authority,
		.common_name = "issued" });
	make_certificate(&other, &(struct wish){ .key = KEY_RSA, .common_name = "other" });
	return certificate_read(&of_authority, authority.whole[0]) &&
		certificate_read(&of_namesake, namesake.whole[0]) &&
		certificate_read(&of_issued, issued.whole[0]) ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	certificate_clear(&of_authority);
	certificate_clear(&of_namesake);
	certificate_clear(&of_issued);
	certificate_clear(&of_issued); /* again is fine */
	clear_certificate(&authority);
	clear_certificate(&namesake);
	clear_certificate(&issued);
	clear_certificate(&other);
	return 0;
}

static void records_are_of_it_or_not(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) { /* the second time from memory */
		for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
			for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT;
			     matching++) {
				struct dance_tlsa own =
					tlsa_of(&authority, 2, selector, matching);
				struct dance_tlsa foreign =
					tlsa_of(&namesake, 2, selector, matching);
				assert_true(certificate_is_of(&of_authority, &own));
				assert_false(certificate_is_of(&of_authority, &foreign));
				assert_true(certificate_is_of(&of_namesake, &foreign));
			}
		}
		assert_true(certificate_hash(&of_authority));
		assert_true(certificate_hash(&of_namesake));
	}
}

static void a_signature_is_by_a_key_not_by_a_name(void **state)
{
	(void)state;
	assert_true(certificate_names_issuer(&of_issued, &of_authority));
	assert_true(certificate_names_issuer(&of_issued, &of_namesake));
	assert_false(certificate_names_issuer(&of_authority, &of_issued));
	assert_true(certificate_is_signed_by(&of_issued, &of_authority));
	assert_false(certificate_is_signed_by(&of_issued, &of_namesake));
	assert_false(certificate_is_signed_by(&of_authority, &of_namesake));
	assert_true(certificate_is_signed_by_key(&of_issued, authority.whole[TLSA_SPKI]));
	assert_false(certificate_is_signed_by_key(&of_issued, namesake.whole[TLSA_SPKI]));
	assert_false(certificate_is_signed_by_key(&of_issued, other.whole[TLSA_SPKI]));
	assert_false(certificate_is_signed_by_key(&of_issued, issued.whole[TLSA_SPKI]));
	assert_false(certificate_is_signed_by_key(&of_issued,
		authority.whole[TLSA_CERTIFICATE]));
	assert_false(certificate_is_signed_by_key(&of_issued,
		(struct dance_octets){ NULL, 0 }));
}

static void roots_sign_themselves(void **state)
{
	(void)state;
	assert_true(certificate_is_self_signed(&of_authority));
	assert_true(certificate_is_self_signed(&of_namesake));
	assert_false(certificate_is_self_signed(&of_issued));
}

/* A changed octet of what was signed, or of the signature, is no signature. */
static void a_changed_certificate_is_not_signed(void **state)
{
	(void)state;
	size_t size = issued.whole[0].size;
	unsigned char *octets = malloc(size);
	assert_non_null(octets);
	for (size_t back = 1; back < 60; back++) { /* the signature is the last of it */
		struct certificate changed;
		memcpy(octets, issued.octets[0], size);
		octets[size - back] ^= 1;
		if (certificate_read(&changed, (struct dance_octets){ octets, size })) {
			assert_false(certificate_is_signed_by(&changed, &of_authority));
			assert_false(certificate_is_signed_by_key(&changed,
				authority.whole[TLSA_SPKI]));
			certificate_clear(&changed);
		}
	}
	free(octets);
}

static void what_is_too_large_or_none_is_not_read(void **state)
{
	(void)state;
	static struct alternative_name names[2000];
	struct certificate certificate;
	struct credential large;
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("name.example");
	}
	make_certificate(&large, &(struct wish){ .names = names, .name_count = ROWS(names) });
	assert_true(large.whole[0].size > CERTIFICATE_SIZE_MAX);
	assert_false(certificate_read(&certificate, large.whole[0]));
	certificate_clear(&certificate);
	assert_false(certificate_read(&certificate, issued.whole[TLSA_SPKI]));
	certificate_clear(&certificate);
	assert_false(certificate_read(&certificate, (struct dance_octets){ NULL, 0 }));
	certificate_clear(&certificate);
	clear_certificate(&large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_of_it_or_not),
		cmocka_unit_test(a_signature_is_by_a_key_not_by_a_name),
		cmocka_unit_test(roots_sign_themselves),
		cmocka_unit_test(a_changed_certificate_is_not_signed),
		cmocka_unit_test(what_is_too_large_or_none_is_not_read),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
