/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * X509_verify_cert() with the DANE state of an SSL. What rules of names can be told OpenSSL
 * are told: no common names, no wildcards for clients, whole-label ones for servers. */

#include "oracle.h"

#include "dress.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct oracle {
	SSL_CTX *context;
};

static bool is_in(unsigned part, size_t number)
{
	return (part & 1u << number) != 0;
}

struct oracle *oracle_new(void)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));
	if (oracle == NULL) {
		return NULL;
	}
	oracle->context = SSL_CTX_new(TLS_method());
	if (oracle->context == NULL || SSL_CTX_dane_enable(oracle->context) <= 0) {
		oracle_free(oracle);
		return NULL;
	}
	return oracle;
}

void oracle_free(struct oracle *oracle)
{
	if (oracle != NULL) {
		SSL_CTX_free(oracle->context);
		free(oracle);
	}
}

static X509 *decode(const struct specimen *specimen)
{
	const unsigned char *at = specimen->der;
	return d2i_X509(NULL, &at, (long)specimen->size);
}

static X509_STORE *make_store(const struct scenario *scenario, unsigned part)
{
	X509_STORE *store = X509_STORE_new();
	for (size_t i = 0; store != NULL && i < scenario->certificate_count; i++) {
		if (!is_in(part, i)) {
			continue;
		}
		X509 *x = decode(&scenario->certificates[i]);
		if (x == NULL || X509_STORE_add_cert(store, x) <= 0) {
			X509_STORE_free(store);
			store = NULL;
		}
		X509_free(x);
	}
	return store;
}

static bool push(STACK_OF(X509) * chain, const struct specimen *specimen)
{
	X509 *x = decode(specimen);
	bool ok = x != NULL && sk_X509_push(chain, x) > 0;
	if (!ok) {
		X509_free(x);
	}
	return ok;
}

/* In the order in which they were sent; then what was not sent. */
static STACK_OF(X509) * make_chain(const struct scenario *scenario, unsigned part)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	bool ok = chain != NULL;
	unsigned unsent = part;
	for (size_t i = 0; ok && i < scenario->chain_count; i++) {
		size_t at = scenario->chain[i];
		unsent &= ~(1u << at);
		if (i == 0 || is_in(part, at)) {
			ok = push(chain, &scenario->certificates[at]);
		}
	}
	for (size_t i = 0; ok && i < scenario->certificate_count; i++) {
		if (is_in(unsent, i)) {
			ok = push(chain, &scenario->certificates[i]);
		}
	}
	if (!ok) {
		sk_X509_pop_free(chain, X509_free);
		return NULL;
	}
	return chain;
}

/* The records of usages that are on; the rest might as well not be there (RFC 7671 4). */
static size_t add_records(SSL *ssl, const struct scenario *scenario, unsigned part)
{
	unsigned usages = scenario_usages(scenario);
	size_t usable = 0;
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if (is_in(part, i) && (record->usage > 3 || is_in(usages, record->usage))) {
			usable += SSL_dane_tlsa_add(ssl, record->usage, record->selector,
					  record->matching, record->data, record->size) > 0;
		}
	}
	ERR_clear_error();
	return usable;
}

static size_t find(const struct scenario *scenario, X509 *x)
{
	unsigned char *der = NULL;
	int size = i2d_X509(x, &der);
	size_t found = SCENARIO_NOBODY;
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct specimen *at = &scenario->certificates[i];
		if (size > 0 && at->size == (size_t)size &&
			memcmp(at->der, der, at->size) == 0) {
			found = i;
			break;
		}
	}
	OPENSSL_free(der);
	return found;
}

/* By which path, and which record? False if that cannot be told. */
static bool explain(SSL *ssl, X509_STORE_CTX *verify, const struct scenario *scenario,
	unsigned records, struct oracle_opinion *opinion)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(verify);
	uint8_t selector, matching;
	const unsigned char *data;
	size_t size;
	EVP_PKEY *key = NULL;
	X509 *authority = NULL;
	if (SSL_get0_dane_tlsa(ssl, &opinion->usage, &selector, &matching, &data, &size) <
			0 ||
		SSL_get0_dane_authority(ssl, &authority, &key) < 0) {
		return false;
	}
	opinion->bare = key != NULL;
	opinion->record = SCENARIO_NOBODY;
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if (is_in(records, i) && record->usage == opinion->usage &&
			record->selector == selector && record->matching == matching &&
			record->size == size && memcmp(record->data, data, size) == 0) {
			opinion->record = i;
		}
	}
	for (int i = 0; i < sk_X509_num(chain); i++) {
		size_t at = find(scenario, sk_X509_value(chain, i));
		if (at == SCENARIO_NOBODY || opinion->length == SCENARIO_CERTIFICATE_MAX) {
			return false;
		}
		opinion->path[opinion->length++] = at;
	}
	return true;
}

static void judge(SSL *ssl, X509_STORE_CTX *verify, const struct scenario *scenario,
	unsigned records, struct oracle_opinion *opinion)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(verify);
	X509_STORE_CTX_set0_dane(verify, SSL_get0_dane(ssl));
	if (X509_STORE_CTX_set_default(verify,
		    scenario->role == DANCE_SERVER ? "ssl_server" : "ssl_client") <= 0 ||
		X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl)) <= 0) {
		return;
	}
	X509_VERIFY_PARAM_set_time(param, (time_t)scenario->at);
	if ((scenario->dress & DRESS_POLICIES) != 0) {
		/* Any policy will do, where one is required (RFC 5280 6.1.1 c). */
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_POLICY_CHECK);
		if (X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) <= 0) {
			return;
		}
	}
	opinion->asked = true;
	opinion->allow = X509_verify_cert(verify) > 0;
	opinion->why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(verify));
	opinion->depth = X509_STORE_CTX_get_error_depth(verify);
	if (opinion->allow && !scenario->raw_key &&
		!explain(ssl, verify, scenario, records, opinion)) {
		opinion->length = 0;
	}
}

static void judge_chain(SSL *ssl, X509_STORE *store, const struct scenario *scenario,
	const struct oracle_part *part, struct oracle_opinion *opinion)
{
	X509_STORE_CTX *verify = X509_STORE_CTX_new();
	STACK_OF(X509) *chain = make_chain(scenario, part->certificates);
	if (verify != NULL && chain != NULL &&
		X509_STORE_CTX_init(verify, store, sk_X509_value(chain, 0), chain) > 0) {
		judge(ssl, verify, scenario, part->records, opinion);
	}
	X509_STORE_CTX_free(verify);
	sk_X509_pop_free(chain, X509_free);
}

static void judge_key(SSL *ssl, X509_STORE *store, const struct scenario *scenario,
	struct oracle_opinion *opinion)
{
	const struct specimen *leaf = &scenario->certificates[scenario->leaf];
	const unsigned char *at = leaf->spki;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)leaf->spki_size);
	X509_STORE_CTX *verify = X509_STORE_CTX_new();
	if (key != NULL && verify != NULL &&
		X509_STORE_CTX_init_rpk(verify, store, key) > 0) {
		judge(ssl, verify, scenario, 0, opinion);
	}
	X509_STORE_CTX_free(verify);
	EVP_PKEY_free(key);
}

struct oracle_opinion oracle_judge_part(struct oracle *oracle,
	const struct scenario *scenario, struct oracle_part part)
{
	struct oracle_opinion opinion = { .why = "" };
	SSL *ssl = SSL_new(oracle->context);
	X509_STORE *store = make_store(scenario, part.store);
	if (ssl != NULL && store != NULL && SSL_dane_enable(ssl, scenario->name) > 0) {
		SSL_set_hostflags(ssl,
			X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
				(scenario->role == DANCE_SERVER ?
						X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS :
						X509_CHECK_FLAG_NO_WILDCARDS));
		/* Names are not for DANE-EE (RFC 7671 5.1). */
		SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
		opinion.usable = add_records(ssl, scenario, part.records);
		if (opinion.usable == 0) {
			/* Plain PKIX would decide now; a DANE client has nothing to go by. */
			opinion.asked = true;
			opinion.why = "no usable record";
		} else if (scenario->raw_key) {
			judge_key(ssl, store, scenario, &opinion);
		} else {
			judge_chain(ssl, store, scenario, &part, &opinion);
		}
	}
	X509_STORE_free(store);
	SSL_free(ssl);
	ERR_clear_error();
	return opinion;
}

unsigned oracle_certificates(const struct scenario *scenario, unsigned usage)
{
	unsigned certificates = 0;
	for (size_t i = 1; i < scenario->chain_count; i++) {
		certificates |= 1u << scenario->chain[i];
	}
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if (record->usage == usage && record->selector == 0 &&
			record->matching == 0 && scenario->targets[i] != SCENARIO_NOBODY &&
			is_in(scenario_usages(scenario), record->usage)) {
			certificates |= 1u << scenario->targets[i];
		}
	}
	return certificates;
}

struct oracle_part oracle_whole(const struct scenario *scenario, bool dane)
{
	struct oracle_part part = {
		.certificates = oracle_certificates(scenario, dane ? 2 : 0),
	};
	for (unsigned i = 0; i < scenario->record_count; i++) {
		bool is_dane = scenario->records[i].usage == 2 ||
			scenario->records[i].usage == 3;
		part.records |= (is_dane == dane ? 1u : 0) << i;
	}
	for (size_t i = 0; !dane && i < scenario->store_count; i++) {
		part.store |= 1u << scenario->store[i];
	}
	return part;
}

struct oracle_opinion oracle_judge(struct oracle *oracle, const struct scenario *scenario)
{
	struct oracle_opinion by_dane = oracle_judge_part(oracle, scenario,
		oracle_whole(scenario, true));
	struct oracle_opinion by_pkix = oracle_judge_part(oracle, scenario,
		oracle_whole(scenario, false));
	struct oracle_opinion opinion = by_pkix.allow || by_dane.usable == 0 ? by_pkix :
									       by_dane;
	opinion.asked = by_dane.asked && by_pkix.asked;
	opinion.usable = by_dane.usable + by_pkix.usable;
	return opinion;
}
