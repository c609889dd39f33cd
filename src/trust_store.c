/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading a file of CA certificates. path_build.c knows how they are used. */

#include "trust_store.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

static struct dance_trust *fail(const char *ca_file, const char *why,
	char error[DANCE_ERROR_SIZE])
{
	snprintf(error, DANCE_ERROR_SIZE, "CA file %s: %s", ca_file, why);
	return NULL;
}

/* Takes one certificate over from GnuTLS's list, by its octets. */
static bool take(struct dance_trust *trust, gnutls_x509_crt_t listed)
{
	gnutls_datum_t *der = &trust->der[trust->count];
	struct certificate *certificate = &trust->certificates[trust->count];
	if (gnutls_x509_crt_export2(listed, GNUTLS_X509_FMT_DER, der) != 0) {
		return false;
	}
	struct work work; /* for each its own: these come from the operator */
	work_begin(&work);
	if (!certificate_read(certificate, (struct dance_octets){ der->data, der->size },
		    &work)) {
		gnutls_free(der->data);
		return false;
	}
	trust->count++;
	certificate->root = certificate_is_self_signed(certificate, &work);
	/* One that could not be told from a root would be none for as long as this is used. */
	return association_hash_all(&certificate->own, &work) && !work.spent &&
		work.failed == NULL;
}

static bool take_all(struct dance_trust *trust, const gnutls_x509_crt_t *list,
	unsigned count)
{
	trust->certificates = calloc(count, sizeof(trust->certificates[0]));
	trust->der = calloc(count, sizeof(trust->der[0]));
	if (trust->certificates == NULL || trust->der == NULL) {
		return false;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!take(trust, list[i])) {
			return false;
		}
	}
	return true;
}

struct dance_trust *dance_trust_new(const char *ca_file, char error[DANCE_ERROR_SIZE])
{
	gnutls_datum_t pem;
	int status = gnutls_load_file(ca_file, &pem);
	if (status != 0) {
		return fail(ca_file, gnutls_strerror(status), error);
	}
	gnutls_x509_crt_t *list = NULL;
	unsigned count = 0;
	status = gnutls_x509_crt_list_import2(&list, &count, &pem, GNUTLS_X509_FMT_PEM, 0);
	gnutls_free(pem.data);
	if (status < 0) {
		return fail(ca_file, gnutls_strerror(status), error);
	}

	struct dance_trust *trust = count != 0 ? calloc(1, sizeof(*trust)) : NULL;
	bool taken = trust != NULL && take_all(trust, list, count);
	for (unsigned i = 0; i < count; i++) {
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	if (!taken) {
		dance_trust_free(trust);
		return fail(ca_file,
			count == 0 ?
				"it contains no certificate" :
				"a certificate in it is too large or cannot be read, or memory ran out",
			error);
	}
	return trust;
}

void dance_trust_free(struct dance_trust *trust)
{
	if (trust == NULL) {
		return;
	}
	for (unsigned i = 0; i < trust->count; i++) {
		gnutls_free(trust->der[i].data);
	}
	free(trust->certificates);
	free(trust->der);
	free(trust);
}
