/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OSSL_STORE, and what is wrong in a sentence. Providers tell little of why they find nothing, so
 * some of it is found out by asking in other ways. */

#include "key_store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "key_uri.h"

#define CERTIFICATES_MAX 32 /* at one URI */
#define OBJECTS_MAX 256     /* of any kind */

/* --- whom nobody asks --------------------------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static UI_METHOD *nobody;

/* Stores have a library context of their own, with all that OpenSSL's configuration activates.
 * Once a provider has signed with a key, OpenSSL may ask it for other operations of this kind in
 * the same context. But the signatures of peers and those of DNSSEC must be verified without a
 * token, which may be slow or far away. */
static OSSL_LIB_CTX *stores;

/* The user data is a bool: somebody was to be asked. */
static int refuse_to_ask(UI *ui)
{
	bool *asked = UI_get0_user_data(ui);
	if (asked != NULL) {
		*asked = true;
	}
	return 0;
}

static void silence(void)
{
	UI_set_default_method(UI_null());
	nobody = UI_create_method("nobody");
	if (nobody != NULL) {
		UI_method_set_opener(nobody, refuse_to_ask);
	}
	stores = OSSL_LIB_CTX_new();
	if (stores != NULL) {
		/* If it fails, a provider is missing, which is told of a URI that needs it. */
		(void)OSSL_LIB_CTX_load_config(stores, NULL);
	}
	ERR_clear_error();
}

void key_store_ask_nobody(void)
{
	pthread_once(&once, silence);
}

/* --- what is wrong ------------------------------------------------------------------------ */

static void complain(char *error, size_t error_size, const char *uri, const char *what,
	bool with_reason)
{
	char shown[KEY_URI_SHOWN_SIZE];
	/* The last error is the store's own; the first may be of another scheme. */
	const char *reason = with_reason ? ERR_reason_error_string(ERR_peek_last_error()) :
					   NULL;
	key_uri_show(uri, shown);
	snprintf(error, error_size, "%s: %s%s%s", shown, what, reason != NULL ? ": " : "",
		reason != NULL ? reason : "");
	ERR_clear_error();
}

static bool is_offered(const char *scheme)
{
	key_store_ask_nobody();
	if (stores == NULL) {
		return false;
	}
	ERR_set_mark();
	OSSL_STORE_LOADER *loader = OSSL_STORE_LOADER_fetch(stores, scheme, NULL);
	ERR_pop_to_mark();
	OSSL_STORE_LOADER_free(loader);
	return loader != NULL;
}

bool key_store_is_uri(const char *text)
{
	char scheme[KEY_URI_SCHEME_SIZE];
	return key_uri_scheme(text, scheme) &&
		(strcmp(scheme, "pkcs11") == 0 || strcmp(scheme, "file") == 0 ||
			is_offered(scheme));
}

/* Read here for the sake of the message only: the provider reads it by itself. */
static bool check_pin_file(const char *uri, char *error, size_t error_size)
{
	char path[KEY_URI_MAX];
	if (!key_uri_pin_file(uri, path)) {
		return true;
	}
	FILE *file = fopen(path, "re");
	int first = file != NULL ? fgetc(file) : EOF;
	int reason = file == NULL || ferror(file) != 0 ? errno : 0;
	if (file != NULL) {
		fclose(file);
	}
	if (first != EOF && first != '\n' && first != '\r') {
		return true;
	}
	snprintf(error, error_size, "PIN file %s: %s", path,
		reason != 0 ? strerror(reason) : "it is empty");
	return false;
}

static bool check_uri(const char *uri, char *error, size_t error_size)
{
	char scheme[KEY_URI_SCHEME_SIZE];
	const char *mistake = key_uri_mistake(uri);
	if (mistake != NULL) {
		complain(error, error_size, uri, mistake, false);
		return false;
	}
	if (key_uri_scheme(uri, scheme) && !is_offered(scheme)) {
		char what[160];
		snprintf(what, sizeof(what),
			"OpenSSL has no provider for '%s:'; activate one in its "
			"configuration (OPENSSL_CONF)",
			scheme);
		complain(error, error_size, uri, what, false);
		return false;
	}
	/* OpenSSL would open that file. */
	if (strcmp(scheme, "file") != 0 && access(uri, F_OK) == 0) {
		complain(error, error_size, uri,
			"this is a URI, and a file here has the same name; write ./ before "
			"the name of a file",
			false);
		return false;
	}
	return check_pin_file(uri, error, error_size);
}

/* --- opening it --------------------------------------------------------------------------- */

/* What is at a URI. */
struct found {
	EVP_PKEY *key;
	size_t key_count;
	STACK_OF(X509) * certificates;
	size_t count;  /* of objects of any kind */
	bool failed;   /* to read something */
	bool too_much; /* for here */
	bool asked;    /* the store wanted a PIN that it did not have */
};

/* By what a client would see of them: two handles of one key need not be equal. */
static bool is_same(EVP_PKEY *one, EVP_PKEY *other)
{
	unsigned char *spki = NULL, *other_spki = NULL;
	int size = i2d_PUBKEY(one, &spki), other_size = i2d_PUBKEY(other, &other_spki);
	bool same = size > 0 && size == other_size &&
		memcmp(spki, other_spki, (size_t)size) == 0;
	OPENSSL_free(spki);
	OPENSSL_free(other_spki);
	ERR_clear_error();
	return same;
}

/* A token that was out of reach may go on to show what it remembers of a key, and lack the rest,
 * for as long as this process has it open. */
static bool has_public_half(EVP_PKEY *key)
{
	bool has = i2d_PUBKEY(key, NULL) > 0;
	ERR_clear_error();
	return has;
}

static void keep_key(struct found *found, OSSL_STORE_INFO *info)
{
	EVP_PKEY *key = OSSL_STORE_INFO_get1_PKEY(info);
	if (key == NULL) {
		found->failed = true;
		return;
	}
	if (found->key == NULL) {
		found->key = key;
		found->key_count = 1;
		return;
	}
	/* A store may show the same one twice: a token may have made a copy for this process, of a
	 * key that has signed already. */
	found->key_count += !is_same(found->key, key);
	EVP_PKEY_free(key);
}

static void keep_certificate(struct found *found, OSSL_STORE_INFO *info)
{
	X509 *certificate = OSSL_STORE_INFO_get1_CERT(info);
	if (certificate == NULL || found->certificates == NULL ||
		sk_X509_num(found->certificates) >= CERTIFICATES_MAX ||
		sk_X509_push(found->certificates, certificate) <= 0) {
		X509_free(certificate);
		found->too_much = true;
	}
}

static void keep(struct found *found, OSSL_STORE_INFO *info)
{
	found->count++;
	switch (OSSL_STORE_INFO_get_type(info)) {
	case OSSL_STORE_INFO_PKEY:
		keep_key(found, info);
		break;
	case OSSL_STORE_INFO_CERT:
		keep_certificate(found, info);
		break;
	default:
		break;
	}
}

static void find(const char *uri, int type, struct found *found)
{
	*found = (struct found){ .certificates = sk_X509_new_null() };
	ERR_clear_error();
	OSSL_STORE_CTX *store = OSSL_STORE_open_ex(uri, stores, NULL, nobody, &found->asked,
		NULL, NULL, NULL);
	if (store == NULL || nobody == NULL || OSSL_STORE_expect(store, type) != 1) {
		found->failed = true;
		OSSL_STORE_close(store);
		return;
	}
	/* What is there besides may be unreadable. */
	for (size_t i = 0; OSSL_STORE_eof(store) != 1 && !found->too_much; i++) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);
		if (info != NULL) {
			keep(found, info);
		} else if (OSSL_STORE_error(store) == 1) {
			found->failed = true;
		}
		OSSL_STORE_INFO_free(info);
		found->too_much = found->too_much || i == OBJECTS_MAX;
	}
	OSSL_STORE_close(store);
}

static void forget(struct found *found)
{
	EVP_PKEY_free(found->key);
	sk_X509_pop_free(found->certificates, X509_free);
}

/* Would the store ask for a PIN, if the URI had none? Then what it names is there. No PIN is
 * tried for that: too many wrong ones lock a token. */
static bool asks_for_pin(const char *uri, int type)
{
	struct found found;
	char stripped[KEY_URI_MAX];
	key_uri_strip_pin(uri, stripped);
	find(stripped, type, &found);
	forget(&found);
	return found.asked;
}

/* Is there anything else in the token of this URI? */
static bool has_others(const char *uri)
{
	struct found found;
	char token[KEY_URI_MAX];
	key_uri_strip_object(uri, token);
	find(token, 0, &found);
	forget(&found);
	return found.count > 0;
}

/* Nothing was found. */
static void explain(const char *uri, int type, const struct found *found, char *error,
	size_t error_size)
{
	const bool is_key = type == OSSL_STORE_INFO_PKEY;
	const char *nothing = is_key ? "there is no private key at this URI" :
				       "there is no certificate at this URI";
	if (key_uri_path(uri) != NULL) {
		complain(error, error_size, uri,
			found->asked ?
				"the key is encrypted; store it without a pass phrase" :
				nothing,
			!found->asked);
	} else if (found->asked && !key_uri_has_pin(uri)) {
		complain(error, error_size, uri,
			"the token wants a PIN; name its file in the URI "
			"(?pin-source=file:/PATH)",
			false);
	} else if (key_uri_has_pin(uri) && found->failed &&
		(found->asked || asks_for_pin(uri, type))) {
		complain(error, error_size, uri,
			"the token does not accept the PIN (it is wrong, or locked)",
			false);
	} else if (found->failed && !has_others(uri)) {
		complain(error, error_size, uri,
			"there is no such token, or there is nothing in it", false);
	} else {
		complain(error, error_size, uri, nothing, false);
	}
}

EVP_PKEY *key_store_key(const char *uri, char *error, size_t error_size)
{
	struct found found;
	key_store_ask_nobody();
	if (!check_uri(uri, error, error_size)) {
		return NULL;
	}
	find(uri, OSSL_STORE_INFO_PKEY, &found);
	EVP_PKEY *key = NULL;
	if (found.key_count == 1 && !has_public_half(found.key)) {
		complain(error, error_size, uri,
			"the token shows the key without its public half, as if part of it were "
			"out of reach; if the token was away and is back, restart the daemon",
			false);
	} else if (found.key_count == 1 && !found.too_much) {
		key = found.key;
		found.key = NULL;
		ERR_clear_error();
	} else if (found.key_count > 0) {
		complain(error, error_size, uri,
			"more than one private key matches; add object= or id=", false);
	} else {
		explain(uri, OSSL_STORE_INFO_PKEY, &found, error, error_size);
	}
	forget(&found);
	return key;
}

STACK_OF(X509) * key_store_certificates(const char *uri, char *error, size_t error_size)
{
	struct found found;
	key_store_ask_nobody();
	if (!check_uri(uri, error, error_size)) {
		return NULL;
	}
	find(uri, OSSL_STORE_INFO_CERT, &found);
	STACK_OF(X509) *certificates = NULL;
	if (sk_X509_num(found.certificates) > 0 && !found.too_much) {
		certificates = found.certificates;
		found.certificates = NULL;
		ERR_clear_error();
	} else if (found.too_much) {
		complain(error, error_size, uri, "it has too many certificates", false);
	} else {
		explain(uri, OSSL_STORE_INFO_CERT, &found, error, error_size);
	}
	forget(&found);
	return certificates;
}
