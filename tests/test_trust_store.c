/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files of CA certificates: read whole or not at all, with a sentence. */

#include "check.h"
#include "fixture.h"
#include "trust_store.h"

#include <fcntl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct credential first, second;
static char path[] = "/tmp/dance-trust-XXXXXX";

const struct fixture fixtures[] = {
	{ &first, { .key = KEY_P256, .common_name = "first", .authority = true } },
	{ &second, { .key = KEY_ED25519, .authority = true } },
	{ NULL, { 0 } },
};

static int make(void **state)
{
	make_fixtures(state);
	int file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
	clear_fixtures(state);
	return unlink(path);
}

static void write_text(const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void write_certificate(const char *mode, const struct credential *certificate)
{
	gnutls_datum_t pem;
	assert_int_equal(gnutls_x509_crt_export2(certificate->certificate,
				 GNUTLS_X509_FMT_PEM, &pem),
		0);
	write_text(mode, (const char *)pem.data);
	gnutls_free(pem.data);
}

static void check_refused(const char *file, const char *part)
{
	char error[DANCE_ERROR_SIZE] = "";
	assert_null(dance_trust_new(file, error));
	if (strstr(error, file) == NULL || strstr(error, part) == NULL) {
		fail_msg("'%s'", error);
	}
}

static void all_certificates_are_read(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	write_text("w", "Some words before.\n");
	write_certificate("a", &first);
	write_text("a", "And some between.\n");
	write_certificate("a", &second);
	struct dance_trust *trust = dance_trust_new(path, error);
	assert_non_null(trust);
	assert_int_equal(trust->count, 2);
	const struct credential *const wanted[] = { &first, &second };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(trust->der[i].size, wanted[i]->whole[0].size);
		assert_memory_equal(trust->der[i].data, wanted[i]->octets[0],
			trust->der[i].size);
	}
	dance_trust_free(trust);
	dance_trust_free(NULL);
}

static void what_cannot_be_read_is_refused(void **state)
{
	(void)state;
	check_refused("/nowhere/at/all.pem", "");
	check_refused("/", "");
	write_text("w", "");
	check_refused(path, "");
	write_text("w", "Words, but no certificate.\n");
	check_refused(path, "");
	write_text("w",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	check_refused(path, "");
}

/* What is issued by another one is no root, though it is trusted as far as it goes. */
static void roots_are_those_that_signed_themselves(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	struct credential between;
	make_certificate(&between,
		&(struct wish){ .key = KEY_P256,
			.issuer = &first,
			.common_name = "between",
			.authority = true });
	write_certificate("w", &first);
	write_certificate("a", &between);
	struct dance_trust *trust = dance_trust_new(path, error);
	assert_non_null(trust);
	assert_true(trust->certificates[0].root);
	assert_false(trust->certificates[1].root);
	dance_trust_free(trust);
	clear_certificate(&between);
}

/* Half a store would refuse whom the operator trusts, and nobody would know why. */
static void one_bad_certificate_spoils_the_file(void **state)
{
	(void)state;
	write_certificate("w", &first);
	write_text("a",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	check_refused(path, "");
	write_text("w",
		"-----BEGIN CERTIFICATE-----\nMAAwAAMA\n"
		"-----END CERTIFICATE-----\n");
	write_certificate("a", &first);
	check_refused(path, "");
}

/* So does one that is larger than any that is worked with. */
static void a_large_certificate_spoils_the_file(void **state)
{
	(void)state;
	static struct alternative_name names[2000];
	struct credential large;
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("name.example");
	}
	make_certificate(&large,
		&(struct wish){
			.names = names, .name_count = ROWS(names), .authority = true });
	write_certificate("w", &first);
	write_certificate("a", &large);
	check_refused(path, "too large");
	clear_certificate(&large);
}

/* --- the same file again ----------------------------------------------------------------- */

static time_t ahead; /* the clock, of when the file was written */
static unsigned reads;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += ahead;
	return result;
}

int __real_gnutls_load_file(const char *name, gnutls_datum_t *data);
int __wrap_gnutls_load_file(const char *name, gnutls_datum_t *data);

int __wrap_gnutls_load_file(const char *name, gnutls_datum_t *data)
{
	reads++;
	return __real_gnutls_load_file(name, data);
}

static struct dance_trust *take(unsigned wanted_reads)
{
	char error[DANCE_ERROR_SIZE];
	reads = 0;
	struct dance_trust *trust = dance_trust_new(path, error);
	assert_non_null(trust);
	assert_int_equal(reads, wanted_reads);
	return trust;
}

/* The clock of files goes in ticks; and with `ahead` there is only this one. */
static void pass_a_tick(void)
{
	struct stat before, now;
	assert_int_equal(stat(path, &before), 0);
	do {
		assert_int_equal(chmod(path, 0600), 0);
		assert_int_equal(stat(path, &now), 0);
	} while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
		now.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
}

static void set_times(const struct stat *as)
{
	const struct timespec times[] = { as->st_atim, as->st_mtim };
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void a_file_is_kept_once_for_all(void **state)
{
	(void)state;
	ahead = 0;
	write_certificate("w", &first);
	write_certificate("a", &second);
	/* Whether it is written to again at this moment its times would not tell. */
	struct dance_trust *trust = take(1);
	assert_ptr_equal(take(1), trust);
	ahead = TRUST_STORE_SETTLED_S + 2;
	assert_ptr_equal(take(1), trust);
	for (int i = 0; i < 10; i++) {
		assert_ptr_equal(take(0), trust);
	}
	for (int i = 0; i < 12; i++) {
		dance_trust_free(trust);
		assert_int_equal(trust->count, 2);
	}
	dance_trust_free(trust);
	dance_trust_free(take(1));
}

static void a_file_that_has_changed_is_read_again(void **state)
{
	(void)state;
	struct stat before;
	ahead = TRUST_STORE_SETTLED_S + 2;
	write_certificate("w", &first);
	write_certificate("a", &second);
	assert_int_equal(stat(path, &before), 0);
	struct dance_trust *old = take(1);
	/* The same size, and somebody has set the time back. */
	pass_a_tick();
	write_certificate("w", &second);
	write_certificate("a", &first);
	set_times(&before);
	struct dance_trust *changed = take(1);
	assert_ptr_not_equal(changed, old);
	assert_memory_equal(changed->der[0].data, second.octets[0], changed->der[0].size);
	assert_memory_equal(old->der[0].data, first.octets[0], old->der[0].size);
	/* The same content in another file of this name, and what was there before. */
	pass_a_tick();
	assert_int_equal(unlink(path), 0);
	write_certificate("w", &second);
	write_certificate("a", &first);
	assert_ptr_equal(take(1), changed);
	assert_ptr_equal(take(0), changed);
	pass_a_tick();
	write_certificate("w", &first);
	write_certificate("a", &second);
	assert_ptr_equal(take(1), old);
	dance_trust_free(old);
	dance_trust_free(old);
	for (int i = 0; i < 3; i++) {
		dance_trust_free(changed);
	}
	/* Nor is it there any more when the file has none. */
	write_text("w", "Words, but no certificate.\n");
	check_refused(path, "");
}

/* What cannot be read twice, a pipe say, is read once. */
static void what_is_no_file_is_not_shared(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE], name[32];
	int ends[2];
	gnutls_datum_t pem;
	assert_int_equal(gnutls_x509_crt_export2(first.certificate, GNUTLS_X509_FMT_PEM,
				 &pem),
		0);
	struct dance_trust *trusts[2];
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], pem.data, pem.size), pem.size);
		close(ends[1]);
		snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
		trusts[i] = dance_trust_new(name, error);
		assert_non_null(trusts[i]);
		assert_int_equal(trusts[i]->count, 1);
		close(ends[0]);
	}
	assert_ptr_not_equal(trusts[0], trusts[1]);
	dance_trust_free(trusts[0]);
	dance_trust_free(trusts[1]);
	gnutls_free(pem.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_certificates_are_read),
		cmocka_unit_test(what_cannot_be_read_is_refused),
		cmocka_unit_test(roots_are_those_that_signed_themselves),
		cmocka_unit_test(one_bad_certificate_spoils_the_file),
		cmocka_unit_test(a_large_certificate_spoils_the_file),
		cmocka_unit_test(a_file_is_kept_once_for_all),
		cmocka_unit_test(a_file_that_has_changed_is_read_again),
		cmocka_unit_test(what_is_no_file_is_not_shared),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
