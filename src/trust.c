/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reading a file of CA certificates. What they are good for is anchor.c's business. */

#include "trust.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>

static struct dance_trust *fail(const char *ca_file, const char *why,
	char error[DANCE_ERROR_SIZE])
{
	snprintf(error, DANCE_ERROR_SIZE, "CA file %s: %s", ca_file, why);
	return NULL;
}

/* The octets of each certificate, which records may be about. */
static int export(struct dance_trust *trust)
{
	trust->der = calloc(trust->count, sizeof(trust->der[0]));
	if (trust->der == NULL) {
		return GNUTLS_E_MEMORY_ERROR;
	}
	int status = 0;
	for (unsigned i = 0; status == 0 && i < trust->count; i++) {
		status = gnutls_x509_crt_export2(trust->certificates[i], GNUTLS_X509_FMT_DER,
			&trust->der[i]);
	}
	return status;
}

struct dance_trust *dance_trust_new(const char *ca_file, char error[DANCE_ERROR_SIZE])
{
	struct dance_trust *trust = calloc(1, sizeof(*trust));
	if (trust == NULL) {
		return fail(ca_file, "out of memory", error);
	}
	gnutls_datum_t pem;
	int status = gnutls_load_file(ca_file, &pem);
	if (status == 0) {
		status = gnutls_x509_crt_list_import2(&trust->certificates, &trust->count, &pem,
			GNUTLS_X509_FMT_PEM, 0);
		gnutls_free(pem.data);
	}
	if (status < 0) {
		trust->count = 0; /* GnuTLS has freed what it had */
	} else if (trust->count != 0) {
		status = export(trust);
	}
	if (status < 0 || trust->count == 0) {
		dance_trust_free(trust);
		return fail(ca_file, status < 0 ? gnutls_strerror(status) :
			"no certificate in it", error);
	}
	return trust;
}

void dance_trust_free(struct dance_trust *trust)
{
	if (trust == NULL) {
		return;
	}
	for (unsigned i = 0; i < trust->count; i++) {
		gnutls_x509_crt_deinit(trust->certificates[i]);
		if (trust->der != NULL) {
			gnutls_free(trust->der[i].data);
		}
	}
	if (trust->count != 0) {
		gnutls_free(trust->certificates);
	}
	free(trust->der);
	free(trust);
}
