from django.http import JsonResponse
from django.urls import path

from invoices.models import Invoice
from plans.models import Plan


def invoices(request):
    if request.method == "POST":
        Invoice.objects.create(title=request.POST["title"], plan=Plan.objects.get(name="basic"))
        1 / int(request.POST.get("divisor", 1))
        request.session["last"] = request.POST["title"]
    return JsonResponse({
        "titles": list(Invoice.objects.order_by("id").values_list("title", flat=True)),
        "last": request.session.get("last"),
    })


urlpatterns = [path("invoices", invoices)]
