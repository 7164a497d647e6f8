<?php
// CodeIgniter 4: app/Controllers/Periksa.php, with verification.php as app/Helpers/verification_helper.php; a form posts the part "surat".

namespace App\Controllers;

class Periksa extends BaseController
{
    protected $helpers = ['verification'];

    public function index(): string
    {
        $file = $this->request->getFile('surat');
        if ($file === null || !$file->isValid()) {
            return \verification_html(\verification(VERIFICATION_UNKNOWN, 'Pilih berkas PDF.', []));
        }
        return \verification_html(\verify_pdf(
            env('esign.url'),
            env('esign.user') . ':' . env('esign.password'),
            $file->getTempName(),
        ));
    }
}
