/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading a certificate. Input: a certificate, as it is. Whatever it is, what is found lies
 * inside, in its order, and the work is paid for; and where GnuTLS reads it as well, it finds
 * the same names, dates and version there. What is read is also judged as a path of its own and
 * as one that signed itself. */

#include "certificate.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "date.h"
#include "der_certificate.h"
#include "path_check.h"
#include "public_key.h"
#include "target.h"

static bool lies_inside(struct dance_octets inner, struct dance_octets outer)
{
	return inner.data >= outer.data && inner.size <= outer.size &&
		(size_t)(inner.data - outer.data) <= outer.size - inner.size;
}

static void check_parts(const struct certificate *certificate)
{
	const struct dance_octets tbs = certificate->signed_part.tbs;
	struct dance_octets found;
	must(der_certificate_tbs(certificate->der, &found) && found.data == tbs.data &&
		found.size == tbs.size);
	must(der_certificate_spki(certificate->der, &found) &&
		found.data == certificate->spki.data &&
		found.size == certificate->spki.size);
	must(lies_inside(certificate->signed_part.algorithm, certificate->der));
	must(lies_inside(certificate->signed_part.signature, certificate->der));
	must(lies_inside(certificate->issuer, tbs) &&
		lies_inside(certificate->subject, tbs));
	must(certificate->issuer.data < certificate->subject.data &&
		certificate->subject.data < certificate->spki.data);
	for (unsigned kind = 0; kind < EXTENSION_KIND_COUNT; kind++) {
		const struct dance_octets value = certificate->extensions[kind];
		must(value.data == NULL ||
			(lies_inside(value, tbs) && value.data > certificate->spki.data &&
				certificate->version == 3) ||
			certificate->fault != NULL);
		must(value.data != NULL || (certificate->critical & 1u << kind) == 0);
	}
}

static void compare_name(struct dance_octets ours, const gnutls_datum_t *theirs)
{
	must(ours.size == theirs->size && memcmp(ours.data, theirs->data, ours.size) == 0);
}

/* Of 1970 and later, which is what a time_t of GnuTLS is for. */
static void compare_date(int64_t ours, time_t theirs)
{
	must(ours < 0 || ours == DATE_NO_END || ours == theirs);
}

static void compare_with_gnutls(const struct certificate *certificate)
{
	gnutls_x509_crt_t theirs;
	gnutls_datum_t name;
	const gnutls_datum_t data = { (unsigned char *)(uintptr_t)certificate->der.data,
		(unsigned)certificate->der.size };
	must(gnutls_x509_crt_init(&theirs) == 0);
	if (gnutls_x509_crt_import(theirs, &data, GNUTLS_X509_FMT_DER) == 0 &&
		certificate->fault == NULL) {
		must(gnutls_x509_crt_get_version(theirs) == (int)certificate->version);
		compare_date(certificate->not_before,
			gnutls_x509_crt_get_activation_time(theirs));
		compare_date(certificate->not_after,
			gnutls_x509_crt_get_expiration_time(theirs));
		if (gnutls_x509_crt_get_raw_dn(theirs, &name) == 0) {
			compare_name(certificate->subject, &name);
			gnutls_free(name.data);
		}
		if (gnutls_x509_crt_get_raw_issuer_dn(theirs, &name) == 0) {
			compare_name(certificate->issuer, &name);
			gnutls_free(name.data);
		}
	}
	gnutls_x509_crt_deinit(theirs);
}

static void judge(struct certificate *certificate)
{
	static const unsigned char no_key[1];
	const struct dance_octets keys[] = { { NULL, 0 }, certificate->spki,
		{ no_key, 0 } };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct path path = { .certificates = { certificate, certificate },
			.length = 2,
			.key = keys[i] };
		struct work work;
		work_begin(&work);
		const char *why = path_fault(&path, PURPOSE_CLIENT, certificate->not_before,
			&work);
		must(why != NULL ||
			(certificate->fault == NULL && !work.spent &&
				!certificate->unknown_critical &&
				public_key_fault(certificate->spki) == NULL));
		must(why == NULL || (why[0] >= 'a' && why[0] <= 'z'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dance_octets whole = { data, size };
	struct certificate certificate;
	struct work work;
	work_begin(&work);
	if (!certificate_read(&certificate, whole, &work)) {
		return 0;
	}
	must(size <= CERTIFICATE_SIZE_MAX && !work.spent);
	must(WORK_MAX - work.left >= size / 32);
	check_parts(&certificate);
	compare_with_gnutls(&certificate);
	judge(&certificate);
	must(!certificate_is_self_signed(&certificate, &work) || certificate.self_issued);

	/* The same again is the same; and never from less work than it took. */
	struct certificate again;
	struct work less = { .left = WORK_MAX - work.left };
	work_begin(&work);
	must(certificate_read(&again, whole, &work));
	must(again.fault == certificate.fault &&
		again.self_issued == certificate.self_issued &&
		again.key_usage == certificate.key_usage &&
		again.purposes == certificate.purposes);
	less.left = WORK_MAX - work.left - 1;
	must(!certificate_read(&again, whole, &less) && less.spent);
	return 0;
}
