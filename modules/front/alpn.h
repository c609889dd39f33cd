/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which protocol a front for streams chooses of those that a client offers (RFC 7301). */

#pragma once

#include <openssl/ssl.h>

#include "conf/conf.h"

/* Of the protocols that a client offers, the first one in the front's list is chosen; a client that
 * offers others only gets the alert no_application_protocol, and one that offers none is not asked
 * for any. Without a list nothing is chosen, whatever it offers. `conf` must outlive `tls` and the
 * handshakes of all that was made of it. */
void alpn_choose_from(SSL_CTX *tls, const struct conf_front *conf);
