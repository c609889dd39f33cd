/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading one certificate (RFC 5280 4.1): what is in it, what is wrong with it in itself, which
 * records are of it, and who may have issued it. */

#include "certificate.h"
#include "check.h"
#include "der_writer.h"
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

/* What is written of a certificate in place of what is right. Octets are as they stand there. */
struct change {
	const char *version, *algorithm, *issuer, *validity, *subject, *unique_id, *behind;
	const char *oid; /* of an extension more, or of extensions, in their order, each of one
	                  * octet behind 2.5.29 */
	const char *value, *basic;
	size_t version_size, algorithm_size, issuer_size, validity_size, subject_size,
		unique_id_size, behind_size, value_size, basic_size;
	bool no_extensions, critical;
};

#define IS(field, literal) .field = (literal), .field##_size = sizeof(literal) - 1

#define VERSION_3 "\xa0\x03\x02\x01\x02"
#define ECDSA_SHA256 "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define NAME \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" \
	"a"
#define OTHER_NAME \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" \
	"b"
#define UPPER_NAME \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x13\x01" \
	"A"
#define VALIDITY \
	"\x30\x20\x17\x0d" \
	"200101000000Z" \
	"\x18\x0f" \
	"21000101000000Z"

static struct credential authority, namesake, issued;
static struct der written;

static void append(struct der *to, const char *change, size_t size, const char *right,
	size_t right_size)
{
	der_append(to, change != NULL ? change : right, change != NULL ? size : right_size);
}

#define APPEND(to, change, field, right) \
	append(to, (change)->field, (change)->field##_size, right, sizeof(right) - 1)

static void put_extension(struct der *list, unsigned char last, bool critical,
	const void *value, size_t size)
{
	const unsigned char oid[] = { 0x55, 0x1d, last };
	struct der extension = { 0 };
	der_put(&extension, DER_OID, oid, sizeof(oid));
	if (critical) {
		der_put(&extension, DER_BOOLEAN, "\xff", 1);
	}
	der_put(&extension, DER_OCTET_STRING, value, size);
	der_wrap(list, DER_SEQUENCE, &extension);
}

static void put_extensions(struct der *tbs, const struct change *change)
{
	struct der list = { 0 }, tagged = { 0 };
	struct der basic = { 0 };
	APPEND(&basic, change, basic, "\x30\x03\x01\x01\xff");
	put_extension(&list, 19, true, basic.octets, basic.size);
	der_clear(&basic);
	for (const char *last = change->oid; last != NULL && *last != '\0'; last++) {
		put_extension(&list, (unsigned char)*last, change->critical, change->value,
			change->value_size);
	}
	der_append(&list, change->behind, change->behind_size);
	der_wrap(&tagged, DER_SEQUENCE, &list);
	der_wrap(tbs, DER_TBS_EXTENSIONS, &tagged);
}

/* A certificate with the key of the authority, signed by nobody. */
static struct dance_octets write_certificate(const struct change *change)
{
	struct der tbs = { 0 }, body = { 0 };
	der_clear(&written);
	APPEND(&tbs, change, version, VERSION_3);
	der_put(&tbs, DER_INTEGER, "\x05", 1);
	der_append(&tbs, ECDSA_SHA256, sizeof(ECDSA_SHA256) - 1);
	APPEND(&tbs, change, issuer, NAME);
	APPEND(&tbs, change, validity, VALIDITY);
	APPEND(&tbs, change, subject, OTHER_NAME);
	der_append(&tbs, authority.octets[TLSA_SPKI], authority.whole[TLSA_SPKI].size);
	der_append(&tbs, change->unique_id, change->unique_id_size);
	if (!change->no_extensions) {
		put_extensions(&tbs, change);
	}
	der_wrap(&body, DER_SEQUENCE, &tbs);
	APPEND(&body, change, algorithm, ECDSA_SHA256);
	der_put(&body, DER_BIT_STRING, "\0x", 2);
	der_wrap(&written, DER_SEQUENCE, &body);
	return (struct dance_octets){ written.octets, written.size };
}

static bool read_it(struct certificate *certificate, struct dance_octets der)
{
	struct work work;
	work_begin(&work);
	return certificate_read(certificate, der, &work);
}

const struct fixture fixtures[] = {
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &namesake, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued, { .key = KEY_ED25519, .issuer = &authority, .common_name = "issued" } },
	{ NULL, { 0 } },
};

static int clear(void **state)
{
	der_clear(&written);
	return clear_fixtures(state);
}

static const struct {
	const char *row;
	struct change change;
	const char *fault; /* a part of it; NULL: none */
} rows[] = {
	{ "nothing", { 0 }, NULL },
	{ "version 1", { IS(version, ""), .no_extensions = true }, NULL },
	{ "version 1 in so many words",
		{ IS(version, "\xa0\x03\x02\x01\x00"), .no_extensions = true }, NULL },
	{ "version 2", { IS(version, "\xa0\x03\x02\x01\x01"), .no_extensions = true },
		NULL },
	{ "version 4", { IS(version, "\xa0\x03\x02\x01\x03") }, "unknown version" },
	{ "version -1", { IS(version, "\xa0\x03\x02\x01\xff") }, "unknown version" },
	{ "two versions", { IS(version, "\xa0\x06\x02\x01\x02\x02\x01\x02") },
		"unknown version" },
	{ "version 1 extended", { IS(version, "") }, "version 1 or 2 has extensions" },
	{ "version 2 extended", { IS(version, "\xa0\x03\x02\x01\x01") },
		"version 1 or 2 has extensions" },
	{ "unique id", { IS(unique_id, "\x81\x02\x00\xaa") }, NULL },
	{ "both unique ids", { IS(unique_id, "\x81\x02\x00\xaa\x82\x02\x00\xaa") }, NULL },
	{ "unique id in version 1",
		{ IS(version, ""), .no_extensions = true,
			IS(unique_id, "\x82\x02\x00\xaa") },
		"unique identifiers" },
	{ "another algorithm",
		{ IS(algorithm, "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03") },
		"two different signature algorithms" },
	{ "the same with parameters",
		{ IS(algorithm,
			"\x30\x0c\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x05\x00") },
		"two different signature algorithms" },
	{ "no such day",
		{ IS(validity,
			"\x30\x1e\x17\x0d"
			"200230000000Z"
			"\x17\x0d"
			"300101000000Z") },
		"no readable dates" },
	{ "one date",
		{ IS(validity,
			"\x30\x0f\x17\x0d"
			"200101000000Z") },
		"no readable dates" },
	{ "three dates",
		{ IS(validity,
			"\x30\x2d\x17\x0d"
			"200101000000Z"
			"\x17\x0d"
			"300101000000Z"
			"\x17\x0d"
			"300101000000Z") },
		"no readable dates" },
	{ "empty subject", { IS(subject, "\x30\x00") }, NULL },
	{ "garbled subject", { IS(subject, "\x30\x02\x05\x00") }, "issuer or subject" },
	{ "garbled issuer", { IS(issuer, "\x30\x02\x31\x00") }, "issuer or subject" },

	{ "an extension that is not known",
		{ .oid = "\x7f", IS(value, "x"), .critical = false }, NULL },
	{ "twice", { .oid = "\x7f\x7f", IS(value, "x") }, "an extension twice" },
	{ "a known one twice", { .oid = "\x13", IS(value, "\x30\x03\x01\x01\xff") },
		"an extension twice" },
	{ "an empty extension", { IS(behind, "\x30\x00") }, "an extension cannot be read" },
	{ "without a value", { IS(behind, "\x30\x05\x06\x03\x55\x1d\x7f") },
		"an extension cannot be read" },
	{ "no object identifier", { IS(behind, "\x30\x04\x06\x00\x04\x00") },
		"an extension cannot be read" },
	{ "more behind the value",
		{ IS(behind, "\x30\x09\x06\x03\x55\x1d\x7f\x04\x00\x05\x00") },
		"an extension cannot be read" },
	{ "a flag of no octets",
		{ IS(behind, "\x30\x09\x06\x03\x55\x1d\x7f\x01\x00\x04\x00") },
		"an extension cannot be read" },
	{ "not critical, in so many words",
		{ IS(behind, "\x30\x0a\x06\x03\x55\x1d\x7f\x01\x01\x00\x04\x00") }, NULL },
	{ "an octet behind all", { IS(behind, "\x30") }, "an extension cannot be read" },

	{ "garbled basic constraints", { IS(basic, "\x30\x02\x05\x00") },
		"basic constraints cannot be read" },
	{ "garbled key usage", { .oid = "\x0f", IS(value, "\x03\x01\x00") }, "key usage" },
	{ "garbled purposes", { .oid = "\x25", IS(value, "\x30\x00") },
		"extended key usage" },
	{ "garbled names", { .oid = "\x11", IS(value, "\x30\x00") }, "alternative names" },
	{ "garbled key id", { .oid = "\x0e", IS(value, "x") }, "key identifier" },
	{ "garbled key id of the issuer", { .oid = "\x23", IS(value, "x") },
		"key identifier" },
};

static void one_fault_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct certificate certificate;
		if (!read_it(&certificate, write_certificate(&rows[i].change))) {
			fail_msg("%s: not read", rows[i].row);
		}
		const char *fault = certificate.fault;
		if ((fault == NULL) != (rows[i].fault == NULL) ||
			(fault != NULL && strstr(fault, rows[i].fault) == NULL)) {
			fail_msg("%s: '%s'", rows[i].row,
				fault != NULL ? fault : "no fault");
		}
	}
}

static bool is(struct dance_octets octets, const char *expected, size_t size)
{
	return octets.size == size && memcmp(octets.data, expected, size) == 0;
}

static void what_is_in_it_is_read(void **state)
{
	(void)state;
	struct certificate certificate;
	const struct dance_octets der = write_certificate(&(struct change){
		.oid = "\x0e\x7f", IS(value, "\x04\x02id"), .critical = true });
	assert_true(read_it(&certificate, der));
	assert_null(certificate.fault);
	assert_ptr_equal(certificate.der.data, der.data);
	assert_true(is(certificate.issuer, NAME, sizeof(NAME) - 1));
	assert_true(is(certificate.subject, OTHER_NAME, sizeof(OTHER_NAME) - 1));
	assert_true(is(certificate.signed_part.algorithm, ECDSA_SHA256,
		sizeof(ECDSA_SHA256) - 1));
	assert_true(is(certificate.signed_part.signature, "\0x", 2));
	assert_true(is(certificate.spki, (const char *)authority.octets[TLSA_SPKI],
		authority.whole[TLSA_SPKI].size));
	assert_ptr_equal(certificate.signed_part.tbs.data, der.data + 3);
	assert_ptr_equal(certificate.signed_part.tbs.data + certificate.signed_part.tbs.size,
		certificate.signed_part.algorithm.data);
	assert_int_equal(certificate.version, 3);
	assert_int_equal(certificate.not_before, 1577836800);
	assert_int_equal(certificate.not_after, 4102444800);
	assert_true(certificate.basic.ca);
	assert_int_equal(certificate.critical,
		1u << EXTENSION_BASIC_CONSTRAINTS | 1u << EXTENSION_SUBJECT_KEY_ID);
	assert_true(is(certificate.key_id, "id", 2));
	assert_null(certificate.issuer_key_id.data);
	assert_true(is(certificate.extensions[EXTENSION_SUBJECT_KEY_ID], "\x04\x02id", 4));
	assert_null(certificate.extensions[EXTENSION_SUBJECT_ALT_NAME].data);
	assert_true(certificate.unknown_critical);
	assert_false(certificate.self_issued);
	assert_int_equal(certificate.key_usage, ~0u);
	assert_int_equal(certificate.purposes, ~0u);
}

static void self_issued_is_by_names(void **state)
{
	(void)state;
	struct certificate certificate;
	assert_true(read_it(&certificate,
		write_certificate(&(struct change){ IS(subject, NAME) })));
	assert_true(certificate.self_issued);
	assert_true(read_it(&certificate,
		write_certificate(&(struct change){ IS(subject, UPPER_NAME) })));
	assert_true(certificate.self_issued); /* RFC 5280 7.1 */
}

static void criticals_that_are_not_understood_are_noticed(void **state)
{
	(void)state;
	static const struct {
		const char *oid;
		const char *value;
		size_t size;
		bool unknown;
	} extensions[] = {
		{ "\x7f", "x", 1, true },
		{ "\x1f", "x", 1, true },         /* cRLDistributionPoints */
		{ "\x0e", "\x04\x01i", 3, true }, /* for finding only */
		{ "\x23", "\x30\x00", 2, true },
		{ "\x0f", "\x03\x02\x02\x04", 4, false },
		{ "\x11", "\x30\x03\x82\x01x", 5, false },
		{ "\x1e", "x", 1, false }, /* read where it is judged */
		{ "\x20", "x", 1, false },
		{ "\x21", "x", 1, false },
		{ "\x24", "x", 1, false },
		{ "\x25", "\x30\x03\x06\x01\x2a", 5, false },
		{ "\x36", "x", 1, false },
	};
	for (size_t i = 0; i < ROWS(extensions); i++) {
		for (int critical = 0; critical <= 1; critical++) {
			struct certificate certificate;
			assert_true(read_it(&certificate,
				write_certificate(&(struct change){ .oid = extensions[i].oid,
					.value = extensions[i].value,
					.value_size = extensions[i].size,
					.critical = critical })));
			assert_null(certificate.fault);
			assert_int_equal(certificate.unknown_critical,
				critical && extensions[i].unknown);
		}
	}
}

static void extensions_have_a_bound(void **state)
{
	(void)state;
	char oids[CERTIFICATE_EXTENSION_MAX + 1] = "";
	struct certificate certificate;
	for (size_t i = 0; i < sizeof(oids) - 1; i++) {
		oids[i] = (char)(0x38 + i); /* 64 of them, and basic constraints */
	}
	assert_true(read_it(&certificate,
		write_certificate(&(struct change){ .oid = oids, IS(value, "x") })));
	assert_non_null(strstr(certificate.fault, "more than 64 extensions"));
	assert_true(read_it(&certificate,
		write_certificate(&(struct change){ .oid = oids + 1, IS(value, "x") })));
	assert_null(certificate.fault);
}

/* Whatever is cut off, or one octet too many: it is not read. */
static void only_a_whole_certificate_is_read(void **state)
{
	(void)state;
	struct certificate certificate;
	const struct dance_octets whole = write_certificate(&(struct change){
		.oid = "\x7f", IS(value, "x") });
	unsigned char *octets = malloc(whole.size + 1);
	assert_non_null(octets);
	memcpy(octets, whole.data, whole.size);
	octets[whole.size] = 0;
	assert_true(read_it(&certificate, (struct dance_octets){ octets, whole.size }));
	assert_false(read_it(&certificate, (struct dance_octets){ octets, whole.size + 1 }));
	for (size_t size = 0; size < whole.size; size++) {
		assert_false(read_it(&certificate, (struct dance_octets){ octets, size }));
	}
	free(octets);
	assert_false(read_it(&certificate, authority.whole[TLSA_SPKI]));
	assert_false(read_it(&certificate, (struct dance_octets){ NULL, 0 }));
}

/* RFC 5280 4.1.1.2: an object identifier, and what belongs to it. */
static void an_algorithm_has_one_parameter_at_most(void **state)
{
	(void)state;
	static const struct {
		struct change change;
		bool read;
	} algorithms[] = {
		{ { IS(algorithm, "\x30\x05\x06\x03\x2b\x65\x70") }, true },
		{ { IS(algorithm, "\x30\x07\x06\x03\x2b\x65\x70\x05\x00") }, true },
		{ { IS(algorithm, "\x30\x09\x06\x03\x2b\x65\x70\x05\x00\x05\x00") }, false },
		{ { IS(algorithm, "\x30\x06\x06\x03\x2b\x65\x70\x05") }, false },
		{ { IS(algorithm, "\x30\x02\x06\x00") }, false },
		{ { IS(algorithm, "\x30\x02\x05\x00") }, false },
		{ { IS(algorithm, "\x30\x00") }, false },
	};
	for (size_t i = 0; i < ROWS(algorithms); i++) {
		struct certificate certificate;
		assert_int_equal(read_it(&certificate,
					 write_certificate(&algorithms[i].change)),
			algorithms[i].read);
	}
}

static void what_is_too_large_is_not_read(void **state)
{
	(void)state;
	struct certificate certificate;
	size_t size = CERTIFICATE_SIZE_MAX;
	char *value = calloc(1, size + 1);
	assert_non_null(value);
	struct change change = { .oid = "\x7f", .value = value, .value_size = size };
	size_t more = write_certificate(&change).size - size;
	change.value_size -= more;
	assert_int_equal(write_certificate(&change).size, CERTIFICATE_SIZE_MAX);
	assert_true(read_it(&certificate, write_certificate(&change)));
	change.value_size++;
	assert_false(read_it(&certificate, write_certificate(&change)));
	free(value);
}

static void reading_is_paid_for(void **state)
{
	(void)state;
	struct certificate certificate;
	/* With names that have to be compared, and extensions too. */
	const struct dance_octets der = write_certificate(&(struct change){
		.oid = "", .value = NULL, IS(subject, UPPER_NAME) });
	for (uint32_t left = 0;; left++) {
		struct work work = { .left = left };
		bool read = certificate_read(&certificate, der, &work);
		assert_int_equal(read, !work.spent);
		if (read) {
			assert_true(left > 4 + der.size / 32);
			break;
		}
	}
}

/* What a record of it holds is hashed where the certificate is, or where the peer's leaf is. */
static void what_is_shared_is_hashed_once(void **state)
{
	(void)state;
	struct certificate certificate;
	struct association shared;
	struct dance_octets digest;
	struct work work;
	work_begin(&work);
	assert_true(read_it(&certificate, authority.whole[0]));
	assert_ptr_equal(certificate_association(&certificate), &certificate.own);
	association_of_certificate(&shared, authority.whole[0]);
	assert_true(association_hash_all(&shared, &work));
	certificate.shared = &shared;
	struct work none = { .spent = true };
	assert_true(association_get(certificate_association(&certificate), TLSA_SPKI,
		TLSA_SHA256, &none, &digest));
	assert_memory_equal(digest.data, authority.sha256[TLSA_SPKI], TLSA_SHA256_SIZE);
	assert_int_equal(certificate.own.hashed, 0);
}

static bool names_issuer(const struct change *of, const struct change *issuer)
{
	struct certificate certificate, other;
	struct work work;
	work_begin(&work);
	assert_true(read_it(&certificate, write_certificate(of)));
	struct der first = written;
	written = (struct der){ NULL, 0 };
	assert_true(read_it(&other, write_certificate(issuer)));
	bool names = certificate_names_issuer(&certificate, &other, &work);
	der_clear(&first);
	return names;
}

static void an_issuer_is_known_by_name_and_key_identifier(void **state)
{
	(void)state;
	const struct change plain = { .oid = NULL };
	const struct change issuer = { IS(subject, NAME) };
	const struct change upper = { IS(subject, UPPER_NAME) };
	const struct change with_id = { IS(subject, NAME), .oid = "\x0e",
		IS(value, "\x04\x01i") };
	const struct change wants_id = { .oid = "\x23", IS(value, "\x30\x03\x80\x01i") };
	const struct change wants_other = { .oid = "\x23", IS(value, "\x30\x03\x80\x01j") };
	/* By issuer and serial number: of help to find one, no more (4.2.1.1). */
	const struct change wants_serial = { .oid = "\x23",
		IS(value, "\x30\x07\xa1\x02\x82\x00\x82\x01\x77") };
	assert_true(names_issuer(&plain, &issuer));
	assert_true(names_issuer(&plain, &upper));
	assert_false(names_issuer(&plain, &plain));
	assert_true(names_issuer(&plain, &with_id));
	assert_true(names_issuer(&wants_id, &issuer));
	assert_true(names_issuer(&wants_id, &with_id));
	assert_false(names_issuer(&wants_other, &with_id));
	assert_true(names_issuer(&wants_serial, &with_id));
}

static void roots_sign_themselves(void **state)
{
	(void)state;
	struct certificate certificate;
	struct work work;
	work_begin(&work);
	assert_true(read_it(&certificate, authority.whole[0]));
	assert_true(certificate_is_self_signed(&certificate, &work));
	assert_true(read_it(&certificate, issued.whole[0]));
	assert_false(certificate_is_self_signed(&certificate, &work));
	/* By its name only. */
	assert_true(read_it(&certificate,
		write_certificate(&(struct change){ IS(subject, NAME) })));
	assert_true(certificate.self_issued);
	assert_false(certificate_is_self_signed(&certificate, &work));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_fault_is_said),
		cmocka_unit_test(what_is_in_it_is_read),
		cmocka_unit_test(self_issued_is_by_names),
		cmocka_unit_test(criticals_that_are_not_understood_are_noticed),
		cmocka_unit_test(extensions_have_a_bound),
		cmocka_unit_test(only_a_whole_certificate_is_read),
		cmocka_unit_test(an_algorithm_has_one_parameter_at_most),
		cmocka_unit_test(what_is_too_large_is_not_read),
		cmocka_unit_test(reading_is_paid_for),
		cmocka_unit_test(what_is_shared_is_hashed_once),
		cmocka_unit_test(an_issuer_is_known_by_name_and_key_identifier),
		cmocka_unit_test(roots_sign_themselves),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear);
}
