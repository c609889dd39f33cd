/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A session is a pointer to what the test made up. The linker's --wrap sends the module's calls
 * here. */

#include "fake_tls.h"

#include <string.h>

static int default_expiration = 21600;

void fake_tls_init(struct fake_tls *tls)
{
	static unsigned number;
	memset(tls, 0, sizeof(*tls));
	number++;
	memset(tls->random, 0xa5, sizeof(tls->random));
	memcpy(tls->random, &number, sizeof(number));
	tls->random_size = sizeof(tls->random);
	tls->version = GNUTLS_TLS1_3;
	tls->type = GNUTLS_CRT_X509;
}

void fake_tls_show(struct fake_tls *tls, const struct dance_octets *certificate)
{
	tls->chain[0].size = (unsigned)certificate->size;
	memcpy(&tls->chain[0].data, &certificate->data, sizeof(tls->chain[0].data));
	tls->chain_count = 1;
	tls->proved = true;
}

gnutls_session_t fake_tls_session(struct fake_tls *tls)
{
	return (gnutls_session_t)(void *)tls;
}

void fake_tls_set_default_expiration(int seconds)
{
	default_expiration = seconds;
}

static struct fake_tls *of(gnutls_session_t session)
{
	return (struct fake_tls *)(void *)session;
}

/* Declares the function as the linker knows it. */
#define WRAP(type, name, parameters) \
	type __wrap_##name parameters; \
	type __wrap_##name parameters

WRAP(void, gnutls_session_get_random,
	(gnutls_session_t session, gnutls_datum_t *client, gnutls_datum_t *server))
{
	*client = (gnutls_datum_t){ NULL, 0 };
	*server = (gnutls_datum_t){ of(session)->random, of(session)->random_size };
}

WRAP(gnutls_protocol_t, gnutls_protocol_get_version, (gnutls_session_t session))
{
	return of(session)->version;
}

WRAP(int, gnutls_session_is_resumed, (gnutls_session_t session))
{
	return of(session)->resumed;
}

WRAP(const gnutls_datum_t *, gnutls_certificate_get_peers,
	(gnutls_session_t session, unsigned *count))
{
	*count = of(session)->chain_count;
	return (*count > 0) != of(session)->odd ? of(session)->chain : NULL;
}

WRAP(int, gnutls_sign_algorithm_get_client, (gnutls_session_t session))
{
	return of(session)->proved ? GNUTLS_SIGN_ECDSA_SECP256R1_SHA256 :
				     GNUTLS_SIGN_UNKNOWN;
}

WRAP(gnutls_certificate_type_t, gnutls_certificate_type_get2,
	(gnutls_session_t session, gnutls_ctype_target_t target))
{
	return target == GNUTLS_CTYPE_PEERS ? of(session)->type : GNUTLS_CRT_UNKNOWN;
}

WRAP(void *, gnutls_db_get_ptr, (gnutls_session_t session))
{
	return of(session)->database;
}

WRAP(void, gnutls_db_set_ptr, (gnutls_session_t session, void *pointer))
{
	of(session)->database = pointer;
}

WRAP(void, gnutls_db_set_cache_expiration, (gnutls_session_t session, int seconds))
{
	of(session)->expiration = seconds;
}

WRAP(unsigned, gnutls_db_get_default_cache_expiration, (void))
{
	return (unsigned)default_expiration;
}

WRAP(int, gnutls_session_ticket_send,
	(gnutls_session_t session, unsigned count, unsigned flags))
{
	if (flags != 0) {
		return GNUTLS_E_INVALID_REQUEST;
	}
	of(session)->tickets += count;
	of(session)->sent_expiration = of(session)->expiration;
	return GNUTLS_E_SUCCESS;
}
