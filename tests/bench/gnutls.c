/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The subject, and what GnuTLS is used for elsewhere: the hash alone, the pin check of
 * Knot's `cert-key`, and libdane. */

#include "judge.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/dane.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "der_certificate.h"

static bool make_certificate(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
	bool p256)
{
	unsigned bits = GNUTLS_CURVE_TO_BITS(p256 ? GNUTLS_ECC_CURVE_SECP256R1 :
						    GNUTLS_ECC_CURVE_ED25519);
	unsigned char serial[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	time_t now = time(NULL);
	return gnutls_x509_privkey_generate(key,
		       p256 ? GNUTLS_PK_ECDSA : GNUTLS_PK_EDDSA_ED25519, bits, 0) == 0 &&
		gnutls_x509_crt_set_version(certificate, 3) == 0 &&
		gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial)) == 0 &&
		gnutls_x509_crt_set_activation_time(certificate, now - 3600) == 0 &&
		gnutls_x509_crt_set_expiration_time(certificate, now + 86400) == 0 &&
		gnutls_x509_crt_set_dn(certificate, "CN=ns2.example.net,O=Example", NULL) ==
		0 &&
		gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
			"ns2.example.net", 15, GNUTLS_FSAN_SET) == 0 &&
		gnutls_x509_crt_set_key(certificate, key) == 0 &&
		gnutls_x509_crt_sign2(certificate, certificate, key,
			p256 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512, 0) == 0;
}

bool subject_make(struct subject *subject, bool p256)
{
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_init(&certificate);
	gnutls_x509_privkey_init(&key);
	gnutls_datum_t der = { NULL, 0 };
	struct dance_octets spki = { NULL, 0 };
	bool made = make_certificate(certificate, key, p256) &&
		gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der) == 0 &&
		der_certificate_spki((struct dance_octets){ der.data, der.size }, &spki) &&
		gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.size,
			subject->digest) == 0;
	subject->certificate = der.data;
	subject->certificate_size = der.size;
	subject->spki = spki.data;
	subject->spki_size = spki.size;
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	return made;
}

void subject_clear(struct subject *subject)
{
	gnutls_free((void *)(uintptr_t)subject->certificate);
}

static void *begin_subject(const struct subject *subject, size_t names)
{
	(void)names;
	return (void *)(uintptr_t)subject;
}

static void end_subject(void *judge)
{
	(void)judge;
}

static bool run_sha256(void *judge)
{
	const struct subject *subject = judge;
	unsigned char digest[32];
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, subject->spki, subject->spki_size,
		       digest) == 0 &&
		memcmp(digest, subject->digest, sizeof(digest)) == 0;
}

const struct judge judge_sha256 = { "SHA-256 of the key alone", begin_subject, run_sha256,
	end_subject };

static bool run_pin(void *judge)
{
	const struct subject *subject = judge;
	gnutls_datum_t der = { (unsigned char *)(uintptr_t)subject->certificate,
		(unsigned)subject->certificate_size };
	unsigned char pin[32];
	size_t size = sizeof(pin);
	gnutls_x509_crt_t certificate;
	gnutls_x509_crt_init(&certificate);
	bool same = gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER) == 0 &&
		gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, pin,
			&size) == 0 &&
		gnutls_memcmp(pin, subject->digest, sizeof(pin)) == 0;
	gnutls_x509_crt_deinit(certificate);
	return same;
}

const struct judge judge_pin = { "the work of Knot's cert-key", begin_subject, run_pin,
	end_subject };

struct libdane {
	const struct subject *subject;
	dane_state_t state;
	dane_query_t query;
	char record[3 + 32];
};

static void *begin_libdane(const struct subject *subject, size_t names)
{
	(void)names;
	struct libdane *judge = calloc(1, sizeof(*judge));
	judge->subject = subject;
	judge->record[0] = 3;
	judge->record[1] = 1;
	judge->record[2] = 1;
	memcpy(judge->record + 3, subject->digest, 32);
	char *const data[] = { judge->record, NULL };
	const int sizes[] = { sizeof(judge->record), 0 };
	if (dane_state_init(&judge->state, DANE_F_IGNORE_LOCAL_RESOLVER) < 0 ||
		dane_raw_tlsa(judge->state, &judge->query, data, sizes, 1, 0) < 0) {
		free(judge);
		return NULL;
	}
	return judge;
}

static bool run_libdane(void *arg)
{
	struct libdane *judge = arg;
	const gnutls_datum_t der = { (unsigned char *)(uintptr_t)judge->subject->certificate,
		(unsigned)judge->subject->certificate_size };
	unsigned status = DANE_VERIFY_UNKNOWN_DANE_INFO;
	return dane_verify_crt_raw(judge->state, &der, 1, GNUTLS_CRT_X509, judge->query, 0,
		       0, &status) == 0 &&
		status == 0;
}

static void end_libdane(void *arg)
{
	struct libdane *judge = arg;
	dane_query_deinit(judge->query);
	dane_state_deinit(judge->state);
	free(judge);
}

const struct judge judge_libdane = { "libdane, records given", begin_libdane, run_libdane,
	end_libdane };
