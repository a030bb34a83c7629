"""Every address. Apps are named as strings, so the ground imports none of them."""


urlpatterns: list = []
