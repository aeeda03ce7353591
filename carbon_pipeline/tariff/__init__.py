"""Surcharge lists by account number: stepped 阶梯 and differential 差别化 tariffs, and where both hit."""
