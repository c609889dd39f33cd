# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/alpn.c
# Says: without a common protocol it goes on
# Cost: cheap
s/return SSL_TLSEXT_ERR_ALERT_FATAL/return SSL_TLSEXT_ERR_NOACK/
