/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates at URIs, by OpenSSL's own store of files; and what is said where nothing
 * can be opened. Tokens are in tests/system/cases_store.py. */

#include "check.h"
#include "key_store.h"
#include "keypair.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/test_front_key_store.XXXXXX";
static char path[64], uri[80];

static bool tokens;    /* there is a provider for them, as far as anybody can see */
static bool no_stores; /* there is no memory for what opens them */

OSSL_LIB_CTX *__real_OSSL_LIB_CTX_new(void);
OSSL_LIB_CTX *__wrap_OSSL_LIB_CTX_new(void);
OSSL_LIB_CTX *__wrap_OSSL_LIB_CTX_new(void)
{
	return no_stores ? NULL : __real_OSSL_LIB_CTX_new();
}

OSSL_STORE_LOADER *__real_OSSL_STORE_LOADER_fetch(OSSL_LIB_CTX *context, const char *scheme,
	const char *properties);
OSSL_STORE_LOADER *__wrap_OSSL_STORE_LOADER_fetch(OSSL_LIB_CTX *context, const char *scheme,
	const char *properties);
OSSL_STORE_LOADER *__wrap_OSSL_STORE_LOADER_fetch(OSSL_LIB_CTX *context, const char *scheme,
	const char *properties)
{
	assert_non_null(context); /* not the one in which peers are verified */
	return __real_OSSL_STORE_LOADER_fetch(context, tokens ? "file" : scheme,
		properties);
}

/* "URI: what" */
static const char *of_uri(const char *what)
{
	static char text[256];
	snprintf(text, sizeof(text), "%s: %s", uri, what);
	return text;
}

static EVP_PKEY *new_key(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	assert_non_null(key);
	return key;
}

static void put_key(EVP_PKEY *key, const char *mode, const EVP_CIPHER *cipher)
{
	unsigned char phrase[] = "phrase";
	FILE *file = fopen(path, mode);
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, key, cipher,
				 cipher != NULL ? phrase : NULL, cipher != NULL ? 6 : 0,
				 NULL, NULL),
		1);
	fclose(file);
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/key", folder);
	snprintf(uri, sizeof(uri), "file:%s", path);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	unlink(path);
	return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void check_refused(const char *named, const char *what)
{
	char error[512] = "";
	assert_null(key_store_key(named, error, sizeof(error)));
	assert_string_equal(error, what);
	check_true(error, strstr(error, "4711") == NULL);
	check_true(what, ERR_peek_error() == 0);
}

/* An error from before is no reason for this one. */
static void check_refused_anyway(const char *named, const char *what)
{
	check_refused(named, what);
	ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	check_refused(named, what);
}

/* What is prepared once is not there yet: therefore first, and in a process of its own. */
static void without_memory_no_provider_opens_anything(void **state)
{
	(void)state;
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		tokens = no_stores = true;
		_exit(key_store_is_uri("handle:0x81") ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_path_is_no_uri_unless_a_provider_opens_its_scheme(void **state)
{
	(void)state;
	tokens = true;
	assert_true(key_store_is_uri("handle:0x81"));
	tokens = false;
	assert_false(key_store_is_uri("handle:0x81"));
	assert_true(key_store_is_uri("pkcs11:token=a"));
	assert_true(key_store_is_uri("file:/etc/key"));
	assert_false(key_store_is_uri("./pkcs11:token=a"));
	assert_false(key_store_is_uri("/etc/key"));
	assert_true(ERR_peek_error() == 0);
	ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	assert_false(key_store_is_uri("keys:2026.pem"));
	assert_true(ERR_get_error() != 0); /* somebody else's is left alone */
	assert_true(ERR_peek_error() == 0);
}

static void the_one_private_key_is_taken(void **state)
{
	(void)state;
	char error[512] = "";
	EVP_PKEY *key = new_key();
	put_key(key, "w", NULL);
	EVP_PKEY *read = key_store_key(uri, error, sizeof(error));
	check_true(error, read != NULL && EVP_PKEY_eq(read, key) == 1);
	EVP_PKEY_free(read);
	put_key(key, "a", NULL); /* the same one twice */
	read = key_store_key(uri, error, sizeof(error));
	check_true(error, read != NULL);
	EVP_PKEY_free(read);
	EVP_PKEY *other = new_key();
	put_key(other, "a", NULL);
	check_refused(uri, of_uri("more than one private key matches; add object= or id="));
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
}

static void what_is_wrong_is_told_without_the_pin(void **state)
{
	(void)state;
	check_refused_anyway("pkcs11:token=a?pin-value=4711",
		"pkcs11:token=a?pin-value=***: OpenSSL has no provider for 'pkcs11:'; activate "
		"one in its configuration (OPENSSL_CONF)");
	check_refused_anyway("pkcs11:tokn=a?pin-value=4711",
		"pkcs11:tokn=***?pin-value=***: it has an attribute that RFC 7512 does not define");
	char missing[128], said[256];
	snprintf(missing, sizeof(missing), "file:%s/missing", folder);
	snprintf(said, sizeof(said), "%s: there is no private key at this URI", missing);
	check_refused_anyway(missing, said);
	EVP_PKEY *key = new_key();
	put_key(key, "w", EVP_aes_128_cbc());
	check_refused_anyway(uri,
		of_uri("the key is encrypted; store it without a pass phrase"));
	EVP_PKEY_free(key);
}

/* A PIN is read by the provider, but what is wrong with its file is said here. */
static void a_pin_file_has_a_pin(void **state)
{
	(void)state;
	static const struct {
		const char *content; /* NULL: there is none */
		const char *said;
	} rows[] = {
		{ NULL, "PIN file %s/pin: No such file or directory" },
		{ "", "PIN file %s/pin: it is empty" },
		{ "\n1", "PIN file %s/pin: it is empty" },
		{ "\r1", "PIN file %s/pin: it is empty" },
	};
	char named[128], file[80], said[256], error[512];
	snprintf(file, sizeof(file), "%s/pin", folder);
	snprintf(named, sizeof(named), "pkcs11:token=a?pin-source=file:%s", file);
	tokens = true;
	for (size_t i = 0; i < ROWS(rows); i++) {
		FILE *out = rows[i].content != NULL ? fopen(file, "w") : NULL;
		if (out != NULL) {
			fputs(rows[i].content, out);
			fclose(out);
		}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(said, sizeof(said), rows[i].said, folder);
#pragma GCC diagnostic pop
		check_refused(named, said);
	}
	unlink(file);
	snprintf(named, sizeof(named), "pkcs11:token=a?pin-source=file:%s", folder);
	snprintf(said, sizeof(said), "PIN file %s: Is a directory", folder);
	check_refused(named, said);
	/* With a PIN, it is the store that cannot be opened. */
	FILE *out = fopen(file, "w");
	fputs("1", out);
	fclose(out);
	snprintf(named, sizeof(named), "pkcs11:token=a?pin-source=file:%s", file);
	error[0] = '\0';
	assert_null(key_store_key(named, error, sizeof(error)));
	snprintf(said, sizeof(said),
		"%s: there is no such token, or there is nothing in it", named);
	assert_string_equal(error, said);
	unlink(file);
	/* A file of this name would be opened instead. */
	out = fopen("pkcs11:token=a", "w");
	fclose(out);
	check_refused_anyway("pkcs11:token=a",
		"pkcs11:token=a: this is a URI, and a file here has the "
		"same name; write ./ before the name of a file");
	unlink("pkcs11:token=a");
	tokens = false;
}

static int process_default(void)
{
	UI *ui = UI_new();
	char answer[16] = "";
	assert_non_null(ui);
	UI_add_input_string(ui, "PIN", 0, answer, 0, sizeof(answer) - 1);
	(void)UI_process(ui);
	UI_free(ui);
	return (int)strlen(answer);
}

/* A provider that gets no PIN may ask by itself: OpenSSL would open the terminal. */
static void nobody_is_asked_at_a_terminal(void **state)
{
	(void)state;
	key_store_ask_nobody();
	assert_ptr_equal(UI_get_default_method(), UI_null());
	assert_int_equal(process_default(), 0);
}

/* --- with a certificate ------------------------------------------------------------------- */

static X509 *certify(EVP_PKEY *key, const char *name, EVP_PKEY *by, const char *issuer)
{
	X509 *made = X509_new();
	X509_NAME *subject = X509_NAME_new(), *of = X509_NAME_new();
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name,
		-1, -1, 0);
	X509_NAME_add_entry_by_txt(of, "CN", MBSTRING_ASC, (const unsigned char *)issuer,
		-1, -1, 0);
	X509_set_version(made, X509_VERSION_3);
	X509_set_subject_name(made, subject);
	X509_set_issuer_name(made, of);
	X509_gmtime_adj(X509_getm_notBefore(made), 0);
	X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	X509_set_pubkey(made, key);
	assert_true(X509_sign(made, by, EVP_sha256()) > 0);
	X509_NAME_free(subject);
	X509_NAME_free(of);
	return made;
}

static void put_certificates(X509 *const *all, size_t count)
{
	FILE *file = fopen(path, "a");
	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(PEM_write_X509(file, all[i]), 1);
		X509_free(all[i]);
	}
	fclose(file);
}

/* RFC 8446 4.4.2: the leaf is first, and each certifies the one before. */
static void the_leaf_is_the_one_of_the_key_and_its_issuers_follow(void **state)
{
	(void)state;
	char error[512] = "";
	EVP_PKEY *root = new_key(), *middle = new_key(), *own = new_key();
	put_key(own, "w", NULL);
	X509 *const all[] = { certify(root, "root", root, "root"),
		certify(middle, "middle", root, "root"),
		certify(root, "alien", root, "alien"),
		certify(own, "own", middle, "middle") };
	put_certificates(all, ROWS(all));
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	check_true(error, keypair_load(ctx, uri, uri, error, sizeof(error)));
	assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(SSL_CTX_get0_certificate(ctx)), own),
		1);
	STACK_OF(X509) *above = NULL;
	assert_int_equal(SSL_CTX_get0_chain_certs(ctx, &above), 1);
	assert_int_equal(sk_X509_num(above), 2);
	assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(sk_X509_value(above, 0)), middle), 1);
	assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(sk_X509_value(above, 1)), root), 1);
	SSL_CTX_free(ctx);

	put_key(own, "w", NULL);
	X509 *const others[] = { certify(root, "root", root, "root") };
	put_certificates(others, ROWS(others));
	ctx = SSL_CTX_new(TLS_server_method());
	assert_false(keypair_load(ctx, uri, uri, error, sizeof(error)));
	check_true(error, strstr(error, "no certificate there is of the key") != NULL);
	put_key(own, "w", NULL);
	assert_false(keypair_load(ctx, uri, uri, error, sizeof(error)));
	check_true(error, strstr(error, "there is no certificate at this URI") != NULL);
	SSL_CTX_free(ctx);
	EVP_PKEY_free(root);
	EVP_PKEY_free(middle);
	EVP_PKEY_free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_no_provider_opens_anything),
		cmocka_unit_test(a_path_is_no_uri_unless_a_provider_opens_its_scheme),
		cmocka_unit_test(the_one_private_key_is_taken),
		cmocka_unit_test(what_is_wrong_is_told_without_the_pin),
		cmocka_unit_test(a_pin_file_has_a_pin),
		cmocka_unit_test(nobody_is_asked_at_a_terminal),
		cmocka_unit_test(the_leaf_is_the_one_of_the_key_and_its_issuers_follow),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
