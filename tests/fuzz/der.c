/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The DER walk. Input: a certificate or an SPKI, as it is. What is found lies inside; and
 * where GnuTLS finds a key too, it is the same key. GnuTLS encodes a key anew, so that key
 * and the slice are compared as GnuTLS encodes them. It also reads what is not quite DER:
 * where it finds a key and we do not, nothing is wrong. */

#include "der_certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#include "target.h"

static bool lies_inside(struct dance_octets inner, struct dance_octets outer)
{
	return inner.size > 0 && inner.data >= outer.data &&
		inner.size <= outer.size - (size_t)(inner.data - outer.data);
}

static gnutls_datum_t datum(struct dance_octets octets)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)octets.data,
		(unsigned)octets.size };
}

/* GnuTLS's encoding of the key in a certificate. */
static bool encode_key_of(struct dance_octets der, gnutls_datum_t *out)
{
	gnutls_x509_crt_t certificate;
	gnutls_pubkey_t key;
	gnutls_datum_t data = datum(der);
	must(gnutls_x509_crt_init(&certificate) == 0 && gnutls_pubkey_init(&key) == 0);
	bool ok = gnutls_x509_crt_import(certificate, &data, GNUTLS_X509_FMT_DER) == 0 &&
		gnutls_pubkey_import_x509(key, certificate, 0) == 0 &&
		gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, out) == 0;
	gnutls_pubkey_deinit(key);
	gnutls_x509_crt_deinit(certificate);
	return ok;
}

/* GnuTLS's encoding of an SPKI. */
static bool encode_key(struct dance_octets spki, gnutls_datum_t *out)
{
	gnutls_pubkey_t key;
	gnutls_datum_t data = datum(spki);
	must(gnutls_pubkey_init(&key) == 0);
	bool ok = gnutls_pubkey_import(key, &data, GNUTLS_X509_FMT_DER) == 0 &&
		gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, out) == 0;
	gnutls_pubkey_deinit(key);
	return ok;
}

static void compare_with_gnutls(struct dance_octets certificate, struct dance_octets spki)
{
	gnutls_datum_t of_certificate, of_slice;
	if (!encode_key_of(certificate, &of_certificate)) {
		return;
	}
	must(encode_key(spki, &of_slice));
	must(of_slice.size == of_certificate.size &&
		memcmp(of_slice.data, of_certificate.data, of_slice.size) == 0);
	gnutls_free(of_slice.data);
	gnutls_free(of_certificate.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dance_octets whole = { data, size };
	struct dance_octets spki, tbs;
	bool has_tbs = der_certificate_tbs(whole, &tbs);
	must(!has_tbs || lies_inside(tbs, whole));
	if (der_certificate_spki(whole, &spki)) {
		must(has_tbs && lies_inside(spki, tbs) && spki.size < tbs.size);
		must(der_is_spki(spki) && !der_is_spki(whole));
		compare_with_gnutls(whole, spki);
	}
	return 0;
}
