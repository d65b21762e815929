"""Mails about promises: to their owners, to the leads of teams, and each week to those who follow all of them."""
